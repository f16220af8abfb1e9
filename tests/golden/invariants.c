/* What holds for every model, whatever its operators: arguments are model files. */
#include <roofline/analysis.h>
#include <roofline/sums.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *current;
static int failures;

static void expect(bool holds, const char *what, const char *where) {
    if (!holds) {
        fprintf(stderr, "FAIL %s: %s (%s)\n", current, what, where);
        failures++;
    }
}

/* The sums that the totals must be, exactly. Unknown figures are of rows that are not summed. */
typedef struct sums {
    int64_t macs, macs_valid, flops, matrix, vector, special, integer;
    roof_traffic_bytes selected, traffic[ROOF_TRAFFIC_COUNT];
    double time;
} sums;

static void add(int64_t *sum, int64_t value, int64_t repeat) {
    if (value != ROOF_UNKNOWN) {
        *sum += value * repeat;
    }
}

static void add_bytes(roof_traffic_bytes *sum, const roof_traffic_bytes *b, int64_t repeat) {
    add(&sum->weights, b->weights, repeat);
    add(&sum->read, b->read, repeat);
    add(&sum->written, b->written, repeat);
    add(&sum->total, b->total, repeat);
}

static void add_row(sums *s, const roof_row *r) {
    const roof_work *w = &r->work;
    add(&s->macs, w->macs, r->repeat);
    add(&s->macs_valid, w->macs_valid, r->repeat);
    add(&s->flops, w->flops, r->repeat);
    add(&s->matrix, w->matrix_flops, r->repeat);
    add(&s->vector, w->vector_flops, r->repeat);
    add(&s->special, w->special_flops, r->repeat);
    add(&s->integer, w->integer_ops, r->repeat);
    add_bytes(&s->selected, &w->bytes, r->repeat);
    for (int t = 0; t < ROOF_TRAFFIC_COUNT; t++) {
        add_bytes(&s->traffic[t], &w->traffic[t], r->repeat);
    }
    s->time += isnan(r->time_s) ? 0 : r->time_s * (double)r->repeat;
}

static bool same_bytes(const roof_traffic_bytes *a, const roof_traffic_bytes *b) {
    return a->weights == b->weights && a->read == b->read && a->written == b->written &&
           a->total == b->total;
}

static bool near(double a, double b) {
    return fabs(a - b) <= 1e-9 * fmax(fabs(a), fabs(b));
}

/* The peak is the most that is alive at a row, or what the inputs take before the first. */
static void check_live(const roof_analysis *a) {
    const roof_totals *t = roof_analysis_totals(a);
    int64_t most = 0;
    const char *where = "";
    for (size_t i = 0; i < roof_analysis_rows(a); i++) {
        const roof_row *r = roof_analysis_row(a, i);
        if (r->live_bytes > most) {
            most = r->live_bytes;
            where = r->id;
        }
    }
    bool inputs = *t->peak_activation_node == '\0' && most <= t->peak_activation_bytes;
    expect(t->peak_activation_bytes == ROOF_UNKNOWN || inputs ||
               (most == t->peak_activation_bytes && strcmp(where, t->peak_activation_node) == 0),
           "the peak is the most that is alive at a row", where);
}

static void check_totals(const roof_analysis *a) {
    const roof_totals *t = roof_analysis_totals(a);
    sums s = {0};
    double share = 0;
    for (size_t i = 0; i < roof_analysis_rows(a); i++) {
        const roof_row *r = roof_analysis_row(a, i);
        add_row(&s, r);
        share += isnan(r->time_share) ? 0 : r->time_share;
    }
    const roof_work *w = &t->work;
    expect(w->macs == s.macs && w->macs_valid == s.macs_valid, "macs are the sum of the rows", "");
    expect(w->flops == s.flops && w->matrix_flops == s.matrix && w->vector_flops == s.vector &&
               w->special_flops == s.special,
           "flops are the sum of the rows", "");
    expect(w->integer_ops == s.integer, "integer operations are the sum of the rows", "");
    expect(same_bytes(&w->bytes, &s.selected), "bytes are the sum of the rows", "");
    for (int i = 0; i < ROOF_TRAFFIC_COUNT; i++) {
        expect(same_bytes(&w->traffic[i], &s.traffic[i]), "traffic is the sum of the rows",
               roof_traffic_name((roof_traffic)i));
    }
    expect(w->traffic[ROOF_TRAFFIC_IDEAL].total <= w->traffic[ROOF_TRAFFIC_FUSED].total,
           "ideal traffic is at most fused traffic", "");
    expect(w->traffic[ROOF_TRAFFIC_FUSED].total <= w->traffic[ROOF_TRAFFIC_OP].total,
           "fused traffic is at most op traffic", "");
    if (roof_analysis_device(a)) {
        expect(near(t->time_s, s.time), "time is the sum of the rows", "");
        expect(near(share, 1), "shares of time add up to 1", "");
        expect(near(t->time_s, t->time_by_traffic[roof_analysis_options(a)->traffic]),
               "time is that of its traffic mode", "");
        /* `output` leaves reads out, so that only `op` predicts no less than the bound. */
        expect(t->bound_s > 0 && (roof_analysis_options(a)->traffic != ROOF_TRAFFIC_OP ||
                                  t->bound_s <= t->time_s * (1 + 1e-9)),
               "bound is at most time", "totals");
    }
}

static void check_row(const roof_row *r, bool placed) {
    const roof_work *w = &r->work;
    if (r->status == ROOF_FOLDED || r->status == ROOF_DEAD) {
        expect(w->flops == 0 && w->bytes.total == 0, "folded and dead rows cost nothing", r->id);
    }
    if (w->macs != ROOF_UNKNOWN && w->matrix_flops != ROOF_UNKNOWN) {
        expect(w->macs_valid <= w->macs, "valid macs are at most macs", r->id);
        expect(w->matrix_flops <= 2 * w->macs, "matrix flops are at most twice the macs", r->id);
    }
    if (w->flops != ROOF_UNKNOWN) {
        expect(w->flops == w->matrix_flops + w->vector_flops + w->special_flops,
               "flops are matrix, vector and special", r->id);
    }
    if (w->bytes.total != ROOF_UNKNOWN) {
        expect(w->bytes.total == w->bytes.weights + w->bytes.read + w->bytes.written,
               "bytes are weights, read and written", r->id);
    }
    if (placed && !isnan(r->time_s)) {
        expect(isnan(r->bound_s) || r->bound_s <= r->time_s * (1 + 1e-9), "bound is at most time",
               r->id);
        expect(r->time_share >= 0 && r->time_share <= 1, "a share of time", r->id);
        expect(isnan(r->attainable_flops) || r->time_s <= 0 || w->flops == 0 ||
                   near(r->attainable_flops, (double)w->flops / r->time_s),
               "attainable is flops over time", r->id);
    }
}

/* Every row that runs, but for views, is in one group, and groups are the sum of their rows. */
static void check_groups(const roof_analysis *a) {
    size_t n, n_rows = 0;
    const roof_group *groups = roof_analysis_groups(a, &n);
    expect((n > 0) == (roof_analysis_options(a)->traffic == ROOF_TRAFFIC_FUSED),
           "there are groups under fused traffic", "groups");
    for (size_t g = 0; g < n; g++) {
        roof_traffic_bytes bytes = {0};
        double time = 0;
        for (size_t i = 0; i < groups[g].n_rows; i++) {
            const roof_row *row = roof_analysis_row(a, groups[g].rows[i]);
            add_bytes(&bytes, &row->work.bytes, 1);
            time += isnan(row->time_s) ? 0 : row->time_s;
            expect(row->group == (int32_t)g, "a row knows its group", row->id);
            expect(row->repeat == groups[g].repeat, "rows of a group run as often", row->id);
        }
        n_rows += groups[g].n_rows;
        expect(same_bytes(&bytes, &groups[g].bytes), "a group's bytes are those of its rows", "");
        expect(!roof_analysis_device(a) || near(time, groups[g].time_s),
               "a group's time is that of its rows", "");
    }
    for (size_t i = 0; i < roof_analysis_rows(a); i++) {
        n_rows -= roof_analysis_row(a, i)->group >= 0;
    }
    expect(n_rows == 0, "every grouped row is in one group", "groups");
}

/* Whatever rows are summed up by, nothing is lost and nothing is counted twice. */
static void check_sums(const roof_analysis *a, roof_grouping by, int depth) {
    roof_error e = ROOF_ERROR_INIT;
    const roof_totals *t = roof_analysis_totals(a);
    roof_sums *groups = roof_sum_up(a, by, depth, &e);
    sums s = {0};
    size_t n = 0, nodes = 0;
    const roof_sum *g = groups ? roof_sums_all(groups, &n) : NULL;
    bool complete = true;
    for (size_t i = 0; i < n; i++) {
        add_row(&s, &g[i].row);
        nodes += (size_t)g[i].nodes;
        complete = complete && g[i].complete;
    }
    const roof_work *w = &t->work;
    const char *name = roof_grouping_name(by);
    expect(n > 0 && nodes == roof_analysis_rows(a), "every row is in one sum", name);
    expect(w->macs == s.macs && w->macs_valid == s.macs_valid && w->flops == s.flops &&
               w->matrix_flops == s.matrix && w->vector_flops == s.vector &&
               w->special_flops == s.special && w->integer_ops == s.integer,
           "sums of work are the totals", name);
    expect(same_bytes(&w->bytes, &s.selected), "sums of bytes are the totals", name);
    for (int i = 0; i < ROOF_TRAFFIC_COUNT; i++) {
        expect(same_bytes(&w->traffic[i], &s.traffic[i]), "sums of traffic are the totals", name);
    }
    expect(complete == t->complete, "sums are complete as the totals are", name);
    expect(isnan(t->time_s) || near(s.time, t->time_s), "sums of time are the total", name);
    roof_sums_free(groups);
}

static void check_coverage(const roof_analysis *a) {
    const roof_coverage *c = roof_analysis_coverage(a);
    int64_t sum = 0;
    for (int s = 0; s < ROOF_STATUS_COUNT; s++) {
        sum += c->by_status[s];
    }
    expect(sum == c->nodes, "every node has a status", "coverage");
    expect(roof_analysis_totals(a)->complete == (c->by_status[ROOF_ROW_UNKNOWN] == 0),
           "totals are complete when no row is unknown", "coverage");
}

static void check(const roof_model *model, const roof_device *device, roof_options options) {
    roof_error e = ROOF_ERROR_INIT;
    roof_analysis *a = roof_analyze(model, device, &options, &e);
    if (!a) {
        expect(false, e.text, "analysis");
        return;
    }
    for (size_t i = 0; i < roof_analysis_rows(a); i++) {
        check_row(roof_analysis_row(a, i), device && options.traffic == ROOF_TRAFFIC_OP);
    }
    check_coverage(a);
    check_sums(a, ROOF_GROUP_OP, 0);
    for (int depth = 0; depth < 4; depth++) {
        check_sums(a, ROOF_GROUP_MODULE, depth);
    }
    check_groups(a);
    check_totals(a);
    check_live(a);
    roof_analysis_free(a);
}

/* Reshapes by constants that hold the batch: such exports have one batch. */
static bool has_one_batch(const char *path) {
    return strstr(path, "vit_b_16") != NULL;
}

/* What the models leave open besides the batch. */
static const struct {
    const char *model;
    size_t n;
    roof_binding dims[2];
} open_dims[] = {
    {"bert_base", 1, {{"sequence_length", "16"}}},
    {"gpt2", 2, {{"sequence_length", "4"}, {"past_sequence_length", "12"}}},
    {"llama_prefill", 1, {{"sequence_length", "16"}}},
    {"llama_decode", 1, {{"past_sequence_length", "15"}}},
};

static void bind_open_dims(roof_options *options, const char *path) {
    for (size_t i = 0; i < sizeof open_dims / sizeof *open_dims; i++) {
        if (strstr(path, open_dims[i].model)) {
            options->dims = open_dims[i].dims;
            options->n_dims = open_dims[i].n;
        }
    }
}

static void check_model(const char *path, const roof_device *device) {
    roof_error e = ROOF_ERROR_INIT;
    current = path;
    roof_model *model = roof_model_open(path, &e);
    if (!model) {
        expect(false, e.text, "reading");
        return;
    }
    for (int traffic = 0; traffic < ROOF_TRAFFIC_COUNT; traffic++) {
        for (int views = 0; views < 3; views++) {
            for (int64_t batch = 1; batch <= (has_one_batch(path) ? 1 : 8); batch *= 8) {
                roof_options options = {.traffic = (roof_traffic)traffic,
                                        .views = "\0cf"[views],
                                        .kv = "\0ic"[views],
                                        .batch = batch};
                bind_open_dims(&options, path);
                check(model, NULL, options);
                check(model, device, options);
            }
        }
    }
    roof_model_free(model);
}

int main(int argc, char **argv) {
    roof_error e = ROOF_ERROR_INIT;
    roof_device *device = roof_device_find("RTX 3080", &e);
    if (!device) {
        fprintf(stderr, "%s\n", e.text);
        return 1;
    }
    for (int i = 1; i < argc; i++) {
        check_model(argv[i], device);
    }
    roof_device_free(device);
    printf("%d models, %d failures\n", argc - 1, failures);
    return argc < 2 || failures > 0;
}
