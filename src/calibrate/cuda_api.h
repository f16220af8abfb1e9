/* The part of NVIDIA's driver API that is used, found in libcuda.so.1 at run time: the program is
 * built without CUDA and runs without a driver. Names and values are those of the public
 * interface; a name with _v2 at its end is what the driver itself calls the present version. */
#ifndef CALIBRATE_CUDA_API_H
#define CALIBRATE_CUDA_API_H

#include <roofline/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int cuda_device; /* handle, not the position in the list */
typedef uint64_t cuda_address;
typedef struct cuda_context_object *cuda_context;
typedef struct cuda_module_object *cuda_module;
typedef struct cuda_function_object *cuda_function;
typedef struct cuda_stream_object *cuda_stream;
typedef struct cuda_event_object *cuda_event;
typedef struct cuda_graph_object *cuda_graph;
typedef struct cuda_graph_exec_object *cuda_graph_exec;
typedef struct cuda_uuid {
    unsigned char bytes[16];
} cuda_uuid;

/* What a call answers; only those that are told apart. */
typedef enum cuda_result {
    CUDA_OK = 0,
    CUDA_OUT_OF_MEMORY = 2,
    CUDA_STUB_LIBRARY = 34,
    CUDA_DEVICE_UNAVAILABLE = 46,
    CUDA_NO_DEVICE = 100,
    CUDA_INVALID_DEVICE = 101,
    CUDA_INVALID_IMAGE = 200,
    CUDA_NO_BINARY_FOR_GPU = 209,
    CUDA_ECC_UNCORRECTABLE = 214,
    CUDA_INVALID_PTX = 218,
    CUDA_JIT_COMPILER_NOT_FOUND = 221,
    CUDA_UNSUPPORTED_PTX_VERSION = 222,
    CUDA_NOT_FOUND = 500,
    CUDA_NOT_READY = 600, /* no error: it is still at work */
    CUDA_ILLEGAL_ADDRESS = 700,
    CUDA_LAUNCH_OUT_OF_RESOURCES = 701,
    CUDA_LAUNCH_TIMEOUT = 702,
    CUDA_PEER_ACCESS_ALREADY_ENABLED = 704,
    CUDA_LAUNCH_FAILED = 719,
    CUDA_SYSTEM_NOT_READY = 802,
    CUDA_SYSTEM_DRIVER_MISMATCH = 803,
} cuda_result;

typedef enum cuda_attribute {
    CUDA_CLOCK_KHZ = 13,
    CUDA_MULTIPROCESSORS = 16,
    CUDA_KERNEL_TIMEOUT = 17,
    CUDA_INTEGRATED = 18,
    CUDA_ECC_ENABLED = 32,
    CUDA_PCI_BUS = 33,
    CUDA_PCI_DEVICE = 34,
    CUDA_MEMORY_CLOCK_KHZ = 36,
    CUDA_MEMORY_BUS_BITS = 37,
    CUDA_L2_BYTES = 38,
    CUDA_PCI_DOMAIN = 50,
    CUDA_CAPABILITY_MAJOR = 75,
    CUDA_CAPABILITY_MINOR = 76,
    CUDA_SHARED_BYTES = 81, /* of a multiprocessor */
} cuda_attribute;

typedef enum cuda_function_attribute { CUDA_DYNAMIC_SHARED_BYTES = 8 } cuda_function_attribute;

/* How a stream is captured into a graph. */
typedef enum cuda_capture_mode { CUDA_CAPTURE_THREAD_LOCAL = 1 } cuda_capture_mode;

enum { CUDA_OLDEST_DRIVER = 11040 }; /* the first that has all of these: CUDA 11.4 */

/* field, name in the library, parameters */
#define CUDA_CALLS(CALL)                                                                           \
    CALL(init, cuInit, (unsigned flags))                                                           \
    CALL(driver_version, cuDriverGetVersion, (int *version))                                       \
    CALL(error_name, cuGetErrorName, (cuda_result error, const char **name))                       \
    CALL(error_text, cuGetErrorString, (cuda_result error, const char **text))                     \
    CALL(device_count, cuDeviceGetCount, (int *n))                                                 \
    CALL(device_get, cuDeviceGet, (cuda_device * device, int ordinal))                             \
    CALL(device_name, cuDeviceGetName, (char *name, int size, cuda_device device))                 \
    CALL(device_uuid, cuDeviceGetUuid_v2, (cuda_uuid * uuid, cuda_device device))                  \
    CALL(device_memory, cuDeviceTotalMem_v2, (size_t * bytes, cuda_device device))                 \
    CALL(device_attribute, cuDeviceGetAttribute,                                                   \
         (int *value, cuda_attribute attribute, cuda_device device))                               \
    CALL(device_can_peer, cuDeviceCanAccessPeer, (int *can, cuda_device device, cuda_device peer)) \
    CALL(context_retain, cuDevicePrimaryCtxRetain, (cuda_context * context, cuda_device device))   \
    CALL(context_release, cuDevicePrimaryCtxRelease_v2, (cuda_device device))                      \
    CALL(context_reset, cuDevicePrimaryCtxReset_v2, (cuda_device device))                          \
    CALL(context_set, cuCtxSetCurrent, (cuda_context context))                                     \
    CALL(context_peer, cuCtxEnablePeerAccess, (cuda_context peer, unsigned flags))                 \
    CALL(memory_info, cuMemGetInfo_v2, (size_t * available, size_t * total))                       \
    CALL(allocate, cuMemAlloc_v2, (cuda_address * address, size_t bytes))                          \
    CALL(release, cuMemFree_v2, (cuda_address address))                                            \
    CALL(host_allocate, cuMemHostAlloc, (void **address, size_t bytes, unsigned flags))            \
    CALL(host_release, cuMemFreeHost, (void *address))                                             \
    CALL(to_device, cuMemcpyHtoD_v2, (cuda_address to, const void *from, size_t bytes))            \
    CALL(to_host, cuMemcpyDtoH_v2, (void *to, cuda_address from, size_t bytes))                    \
    CALL(within_device, cuMemcpyDtoD_v2, (cuda_address to, cuda_address from, size_t bytes))       \
    CALL(to_device_async, cuMemcpyHtoDAsync_v2,                                                    \
         (cuda_address to, const void *from, size_t bytes, cuda_stream stream))                    \
    CALL(to_host_async, cuMemcpyDtoHAsync_v2,                                                      \
         (void *to, cuda_address from, size_t bytes, cuda_stream stream))                          \
    CALL(to_peer_async, cuMemcpyPeerAsync,                                                         \
         (cuda_address to, cuda_context there, cuda_address from, cuda_context here, size_t bytes, \
          cuda_stream stream))                                                                     \
    CALL(fill, cuMemsetD32_v2, (cuda_address address, unsigned value, size_t words))               \
    CALL(module_load, cuModuleLoadData, (cuda_module * module, const void *image))                 \
    CALL(module_unload, cuModuleUnload, (cuda_module module))                                      \
    CALL(module_function, cuModuleGetFunction,                                                     \
         (cuda_function * function, cuda_module module, const char *name))                         \
    CALL(function_set, cuFuncSetAttribute,                                                         \
         (cuda_function function, cuda_function_attribute attribute, int value))                   \
    CALL(launch, cuLaunchKernel,                                                                   \
         (cuda_function function, unsigned grid_x, unsigned grid_y, unsigned grid_z,               \
          unsigned block_x, unsigned block_y, unsigned block_z, unsigned shared_bytes,             \
          cuda_stream stream, void **parameters, void **extra))                                    \
    CALL(stream_create, cuStreamCreate, (cuda_stream * stream, unsigned flags))                    \
    CALL(stream_destroy, cuStreamDestroy_v2, (cuda_stream stream))                                 \
    CALL(stream_capture, cuStreamBeginCapture_v2, (cuda_stream stream, cuda_capture_mode mode))    \
    CALL(stream_captured, cuStreamEndCapture, (cuda_stream stream, cuda_graph * graph))            \
    CALL(graph_instantiate, cuGraphInstantiateWithFlags,                                           \
         (cuda_graph_exec * exec, cuda_graph graph, unsigned long long flags))                     \
    CALL(graph_launch, cuGraphLaunch, (cuda_graph_exec exec, cuda_stream stream))                  \
    CALL(graph_exec_destroy, cuGraphExecDestroy, (cuda_graph_exec exec))                           \
    CALL(graph_destroy, cuGraphDestroy, (cuda_graph graph))                                        \
    CALL(event_create, cuEventCreate, (cuda_event * event, unsigned flags))                        \
    CALL(event_destroy, cuEventDestroy_v2, (cuda_event event))                                     \
    CALL(event_record, cuEventRecord, (cuda_event event, cuda_stream stream))                      \
    CALL(event_query, cuEventQuery, (cuda_event event))                                            \
    CALL(event_elapsed, cuEventElapsedTime, (float *ms, cuda_event begin, cuda_event end))

typedef struct cuda_api {
    void *library;
    int version; /* CUDA version of the driver: 1000 x major + 10 x minor */
#define CUDA_FIELD(field, name, parameters) cuda_result(*field) parameters;
    CUDA_CALLS(CUDA_FIELD)
#undef CUDA_FIELD
} cuda_api;

/* Opens the driver's library and makes it ready. ROOFLINE_LIBCUDA names another one (for tests). It
 * stays open until the program ends, as the driver has threads of its own. */
bool cuda_api_open(cuda_api *api, roof_error *e);

/* Whether nobody would expect a GPU here: there is no driver, or it says that there is none. */
bool cuda_api_absent(void);

/* Whether a call went well; if not, *e says what could not be done, why, and the way out. */
bool cuda_succeeded(const cuda_api *api, cuda_result result, const char *what, roof_error *e);

/* Whether the context is lost after this answer, so that every later call fails too. */
bool cuda_is_fatal(cuda_result result);

#endif
