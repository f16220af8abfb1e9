/* Pieces of the tables that people read. Text is on the output's arena and printable. */
#ifndef SWEEP_TABLE_H
#define SWEEP_TABLE_H

#include "sweep/sweep.h"

const char *sweep_printable(sweep_output *o, const char *s);
const char *sweep_axis_text(sweep_output *o, size_t axis);
const char *sweep_whole(sweep_output *o, int64_t n);
const char *sweep_ratio(sweep_output *o, double value);
const char *sweep_si(sweep_output *o, double value, const char *unit);
/* A labelled line, unless there is nothing to say. */
void sweep_line(sweep_output *o, const char *label, const char *text);

bool sweep_is_placed(const sweep_output *o);
size_t sweep_most_shown(const sweep_output *o);

/* "device" and "traffic". */
void sweep_write_options(sweep_output *o);
/* The points: of more than there is room for the first and the last and some evenly between. */
void sweep_write_points(sweep_output *o);
/* The rows that cross the ridge. */
void sweep_write_crossings(sweep_output *o);

#endif
