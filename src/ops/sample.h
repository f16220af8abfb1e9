/* Sampling at places that are data; the rows are in resize.c. */
#ifndef OPS_SAMPLE_H
#define OPS_SAMPLE_H

#include "ops/op.h"

typedef enum interpolation { NEAREST, LINEAR, CUBIC } interpolation;

/* The interpolation of attribute `mode`: "bilinear" is linear, "bicubic" cubic. */
interpolation interpolation_mode(const site *s);
/* FLOP of one sample over so many axes. */
count interpolation_flops(interpolation how, count axes);

void infer_grid_sample(site *s);
void cost_grid_sample(site *s, work *w);
void infer_roi_align(site *s);
void cost_roi_align(site *s, work *w);

#endif
