/* Tics: round numbers, as many as have room, all with the prefix that the largest of them needs. */
#include "chart/layout.h"
#include <math.h>
#include <string.h>

enum { MOST_TICS = 128, PREFIXES = 11, ONE = 4 };

static const char *const prefixes[PREFIXES] = {"p", "n", "\u00b5", "m", "", "k",
                                               "M", "G", "T",      "P", "E"};

/* Which prefix keeps a value at 1 or more. */
static int prefix_of(double value) {
    int i = ONE;
    double v = fabs(value);
    for (; v >= 1000 * (1 - 1e-9) && i + 1 < PREFIXES; i++)
        v /= 1000;
    for (; v > 0 && v < 1 - 1e-9 && i > 0; i--)
        v *= 1000;
    return i;
}

static const char *number(layout *l, const chart_axis *axis, double value, int prefix) {
    if (axis->unit && strcmp(axis->unit, "%") == 0)
        return arena_printf(l->arena, "%.6g%%", value * 100);
    const char *unit = axis->unit ? axis->unit : "";
    double scaled = value / pow(1000, prefix - ONE);
    bool words = (*unit || prefix != ONE) && value != 0;
    if (value == 0)
        return "0";
    return arena_printf(l->arena, "%.6g%s%s%s", scaled, words ? " " : "", prefixes[prefix], unit);
}

/* Plain numbers that are not long stay as they are. */
static int prefix_for(const chart_axis *axis, double value) {
    bool plain = !axis->unit && fabs(value) < 1e5 && fabs(value) > 1e-5;
    return plain ? ONE : prefix_of(value);
}

static void add(ruler *r, double value, const char *text) {
    if (r->n_tics < MOST_TICS && ruler_shows(r, value))
        r->tics[r->n_tics++] = (tic){value, text};
}

static void given(layout *l, ruler *r, const chart_axis *axis) {
    for (size_t i = 0; i < axis->n_tics; i++)
        add(r, axis->tics[i], number(l, axis, axis->tics[i], prefix_for(axis, axis->tics[i])));
}

/* 1, 2 or 5 times a power of ten. */
static double round_step(double least) {
    double power = pow(10, floor(log10(least))), part = least / power;
    return (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10) * power;
}

static void linear(layout *l, ruler *r, const chart_axis *axis, double most) {
    double step = round_step((r->high - r->low) / most),
           first = ceil(r->low / step - 1e-9) + 0.0;       /* no -0 */
    bool counts = !axis->unit && step < 1 && r->high >= 4; /* of things */
    step = counts ? 1 : step;
    first = counts ? ceil(r->low) : first;
    int prefix = prefix_for(axis, fmax(fabs(r->low), fabs(r->high)));
    for (double i = first; i * step <= r->high + 1e-9 * step && i < first + MOST_TICS; i++)
        add(r, i * step, number(l, axis, i * step, prefix));
}

static void powers_of_two(layout *l, ruler *r, const chart_axis *axis, double most) {
    int first = (int)floor(log2(r->low)), last = (int)ceil(log2(r->high));
    int every = (int)fmax(1, ceil((last - first + 1) / most));
    for (int i = first; i <= last; i++) {
        double value = ldexp(1, i);
        add(r, value, i % every ? NULL : number(l, axis, value, prefix_for(axis, value)));
    }
}

static void powers_of_ten(layout *l, ruler *r, const chart_axis *axis, double most) {
    double decades = log10(r->high / r->low);
    int first = (int)floor(log10(r->low)), last = (int)ceil(log10(r->high));
    int every = (int)fmax(1, ceil((last - first + 1) / most));
    for (int i = first; i <= last; i++)
        for (int k = 1; k < 10; k++) {
            double value = k * pow(10, i);
            bool said = k == 1 ? i % every == 0
                               : (k == 2 || k == 5) && decades * 3 <= most && decades < 2.5;
            if (k == 1 || decades < 8)
                add(r, value, said ? number(l, axis, value, prefix_for(axis, value)) : NULL);
        }
}

void layout_tics(layout *l, ruler *r, const chart_axis *axis, double room) {
    double most = fmax(2, fabs(r->end - r->start) / room);
    r->tics = arena_array(l->arena, MOST_TICS, sizeof *r->tics);
    r->n_tics = 0;
    if (axis->scale == CHART_NAMES)
        for (size_t i = 0; i < axis->n_names; i++)
            add(r, (double)i, axis->names[i]);
    else if (axis->tics)
        given(l, r, axis);
    else if (axis->scale == CHART_LINEAR)
        linear(l, r, axis, most);
    else if (axis->scale == CHART_LOG2)
        powers_of_two(l, r, axis, most);
    else
        powers_of_ten(l, r, axis, most);
}
