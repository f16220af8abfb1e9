/* Setters of the option table: each checks the text of its option and keeps what it means. False
 * and *e (ROOF_USAGE, with what is allowed) when it means nothing. */
#ifndef CLI_OPTION_SET_H
#define CLI_OPTION_SET_H

#include "cli/cli.h"

bool set_dim(settings *s, const char *text, roof_error *e);
bool set_shape(settings *s, const char *text, roof_error *e);
bool set_value(settings *s, const char *text, roof_error *e);
bool set_batch(settings *s, const char *text, roof_error *e);
bool set_batch_range(settings *s, const char *text, roof_error *e);
bool set_traffic(settings *s, const char *text, roof_error *e);
bool set_views(settings *s, const char *text, roof_error *e);
bool set_kv(settings *s, const char *text, roof_error *e);
bool set_memory(settings *s, const char *text, roof_error *e);
bool set_precision(settings *s, const char *text, roof_error *e);
bool set_accumulate(settings *s, const char *text, roof_error *e);
bool set_sparsity(settings *s, const char *text, roof_error *e);
bool set_format(settings *s, const char *text, roof_error *e);
bool set_explain_format(settings *s, const char *text, roof_error *e);
bool set_sweep_format(settings *s, const char *text, roof_error *e);
bool set_compare_format(settings *s, const char *text, roof_error *e);
bool set_fail_if(settings *s, const char *text, roof_error *e);
bool set_top(settings *s, const char *text, roof_error *e);
bool set_sort(settings *s, const char *text, roof_error *e);
bool set_group(settings *s, const char *text, roof_error *e);
bool set_size(settings *s, const char *text, roof_error *e);
bool set_figure(settings *s, const char *text, roof_error *e);
bool set_sweep_figure(settings *s, const char *text, roof_error *e);
bool set_theme(settings *s, const char *text, roof_error *e);
bool set_result_file(settings *s, const char *text, roof_error *e);
bool set_calibrate(settings *s, const char *text, roof_error *e);
bool set_gpu(settings *s, const char *text, roof_error *e);
bool set_all_gpus(settings *s, const char *text, roof_error *e);
bool set_sustained(settings *s, const char *text, roof_error *e);
bool set_cpu(settings *s, const char *text, roof_error *e);
bool set_threads(settings *s, const char *text, roof_error *e);
bool set_verbose(settings *s, const char *text, roof_error *e);
bool set_color(settings *s, const char *text, roof_error *e);

#endif
