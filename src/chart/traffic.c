/* Bytes and time under each traffic mode. */
#include "base/error.h"
#include "chart/figure.h"
#include "report/columns.h"
#include <math.h>

enum { BYTE_PARTS = 3 };

static const char *const modes[ROOF_TRAFFIC_COUNT] = {
    [ROOF_TRAFFIC_OP] = "op: each node alone",
    [ROOF_TRAFFIC_OUTPUT] = "output: weights and results",
    [ROOF_TRAFFIC_FUSED] = "fused: groups as one kernel",
    [ROOF_TRAFFIC_IDEAL] = "ideal: the least that must move",
};

static double positive(int64_t value) {
    return value > 0 ? (double)value : 0;
}

bool draw_traffic(const figure *f, const char *path, roof_error *error) {
    static const char *const names[BYTE_PARTS] = {"weights", "read", "written"};
    const roof_totals *t = roof_analysis_totals(f->analysis);
    double bytes[BYTE_PARTS][ROOF_TRAFFIC_COUNT], time[ROOF_TRAFFIC_COUNT], most = 0;
    const char *byte_labels[ROOF_TRAFFIC_COUNT], *time_labels[ROOF_TRAFFIC_COUNT];
    for (int m = 0; m < ROOF_TRAFFIC_COUNT; m++) {
        const roof_traffic_bytes *b = &t->work.traffic[m];
        bytes[0][m] = positive(b->weights), bytes[1][m] = positive(b->read);
        bytes[2][m] = positive(b->written), time[m] = t->time_by_traffic[m];
        most = fmax(most, positive(b->total));
        char ratio[32];
        text_ratio(ratio, sizeof ratio,
                   b->total > 0 ? (double)t->work.flops / (double)b->total : 0);
        byte_labels[m] =
            arena_printf(f->arena, "%s  %s FLOP/B", figure_si(f, positive(b->total), "B"), ratio);
        time_labels[m] = time[m] > 0 ? figure_si(f, time[m], "s") : "unknown";
    }
    if (!(most > 0))
        return error_set(error, ROOF_USAGE, "cannot draw traffic: the model moves no bytes");
    chart_series parts[BYTE_PARTS];
    for (int i = 0; i < BYTE_PARTS; i++)
        parts[i] = (chart_series){.name = names[i],
                                  .kind = CHART_BARS,
                                  .color = f->theme->bytes[i],
                                  .y = bytes[i],
                                  .n = ROOF_TRAFFIC_COUNT};
    parts[BYTE_PARTS - 1].labels = byte_labels;
    const chart_series times = {.kind = CHART_BARS,
                                .color = theme_family(f->theme, 0),
                                .y = time,
                                .n = ROOF_TRAFFIC_COUNT,
                                .labels = time_labels};
    const chart_axis rows = {.scale = CHART_NAMES, .names = modes, .n_names = ROOF_TRAFFIC_COUNT};
    chart_panel panels[] = {{.title = "Bytes, and the intensity of the whole model",
                             .x = {.unit = "B"},
                             .y = rows,
                             .series = parts,
                             .n_series = BYTE_PARTS,
                             .share = 1.6},
                            {.title = "Predicted time",
                             .x = {.unit = "s"},
                             .y = rows,
                             .series = &times,
                             .n_series = 1}};
    panels[1].y.bare = true;
    chart c = figure_chart(f, "traffic modes",
                           arena_printf(f->arena, "%s%s", figure_totals(f), figure_unknown(f)));
    c.design_height = 620;
    c.panels = panels;
    c.n_panels = f->placed ? 2 : 1;
    return chart_write(&c, path, error);
}
