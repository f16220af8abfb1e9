/* Only in executables that link hwloc statically: its archive asks libudev for the details of disks
 * and other devices, which are not looked at here, and libudev has no archive. Weak, so that a real
 * libudev wins where there is one. */
#include <stddef.h>

struct udev;
struct udev_device;

struct udev *udev_new(void);
struct udev *udev_unref(struct udev *u);
struct udev_device *udev_device_new_from_subsystem_sysname(struct udev *u, const char *subsystem,
                                                           const char *name);
struct udev_device *udev_device_unref(struct udev_device *d);
const char *udev_device_get_property_value(struct udev_device *d, const char *key);

__attribute__((weak)) struct udev *udev_new(void) {
    return NULL; /* hwloc goes on without */
}

__attribute__((weak)) struct udev *udev_unref(struct udev *u) {
    (void)u;
    return NULL;
}

__attribute__((weak)) struct udev_device *
udev_device_new_from_subsystem_sysname(struct udev *u, const char *subsystem, const char *name) {
    (void)u, (void)subsystem, (void)name;
    return NULL;
}

__attribute__((weak)) struct udev_device *udev_device_unref(struct udev_device *d) {
    (void)d;
    return NULL;
}

__attribute__((weak)) const char *udev_device_get_property_value(struct udev_device *d,
                                                                 const char *key) {
    (void)d, (void)key;
    return NULL;
}
