#ifndef ROOFLINE_VERSION_H
#define ROOFLINE_VERSION_H

#include <roofline/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/* "MAJOR.MINOR.PATCH" of the library. */
ROOF_API const char *roof_version(void);

#ifdef __cplusplus
}
#endif

#endif
