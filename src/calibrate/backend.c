/* The table of backends. */
#include "calibrate/backend.h"
#include "base/error.h"
#include "calibrate/remarks.h"
#include <stdio.h>
#include <string.h>

/* In the order in which they are tried: what is likeliest to run the model comes first. */
static const backend *const backends[] = {&backend_cuda, &backend_cpu, &backend_fake};
enum { BACKENDS = sizeof backends / sizeof *backends };

static bool chosen_unasked(const backend *b) {
    return b->automatic && (!b->answers || b->answers());
}

const backend *backend_find(const char *name) {
    for (size_t i = 0; i < BACKENDS; i++)
        if (name ? strcmp(backends[i]->name, name) == 0 : chosen_unasked(backends[i]))
            return backends[i];
    return NULL;
}

/* What was there and is not measured is told, as another backend takes its place. */
static void tell_passed_over(const backend *b, const roof_calibrate_options *options,
                             const roof_error *why) {
    char text[sizeof why->text + 64];
    if (!b->absent || b->absent())
        return;
    snprintf(text, sizeof text, "not the GPU but the processor is measured: %s", why->text);
    remark_tell(options, text);
}

static const backend *open_automatic(const roof_calibrate_options *options, void **state,
                                     roof_error *e) {
    roof_error last = ROOF_ERROR_INIT;
    for (size_t i = 0; i < BACKENDS; i++) {
        roof_error one = ROOF_ERROR_INIT;
        if (!backends[i]->automatic)
            continue;
        *state = backends[i]->open(options, &one);
        if (*state)
            return backends[i];
        tell_passed_over(backends[i], options, &one);
        last = one;
    }
    error_set(e, last.status, "%s", last.text); /* that of the least demanding one */
    return NULL;
}

const backend *backend_open(const char *name, const roof_calibrate_options *options, void **state,
                            roof_error *e) {
    if (!name)
        return open_automatic(options, state, e);
    const backend *b = backend_find(name);
    if (!b) {
        error_set(e, ROOF_USAGE, "no backend \"%s\" to measure with", name);
        return NULL;
    }
    *state = b->open(options, e);
    return *state ? b : NULL;
}
