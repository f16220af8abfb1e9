/* This machine's GPU without measuring it. */
#ifndef CALIBRATE_CUDA_IDENTITY_H
#define CALIBRATE_CUDA_IDENTITY_H

#include <roofline/device.h>

/* The signature of the first GPU, that is its UUID. False, quietly, when none answers. */
bool cuda_signature(char *dst, size_t size);

/* Whether a GPU can be measured: one answers, and there are kernels for it in this program. */
bool cuda_measurable(void);

/* The theoretical roof of the first GPU. NULL, quietly, when none answers. */
roof_device *cuda_theory(void);

#endif
