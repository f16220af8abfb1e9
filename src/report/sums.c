/* Rows summed up by operator or module, as docs/counting.md sums up the totals: repeat x row, of
 * the rows whose figures are known. */
#include "report/sums.h"
#include "base/count.h"
#include "base/error.h"
#include "base/hash.h"
#include "report/roofs.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Groups that a reader takes in at a glance; the deepest path that is looked at. */
enum { READABLE = 20, DEEPEST = 64, MEMORY_LIMIT = 1 << 30 };

const char *roof_grouping_name(roof_grouping g) {
    static const char *const names[] = {
        [ROOF_GROUP_NONE] = "none", [ROOF_GROUP_OP] = "op", [ROOF_GROUP_MODULE] = "module"};
    return g >= ROOF_GROUP_NONE && g <= ROOF_GROUP_MODULE ? names[g] : NULL;
}

/* --- which group a row is of --- */

/* Bytes of the first `depth` parts of a path, whose parts are divided by '/', or by '.' where it
 * has none. */
static size_t first_parts(const char *path, int depth) {
    char divider = strchr(path, '/') ? '/' : '.';
    const char *end = path;
    for (int i = 0; i < depth; i++) {
        end = strchr(end + (i > 0), divider);
        if (!end)
            return strlen(path);
    }
    return (size_t)(end - path);
}

/* Distinct paths among the n when they are cut to `depth` parts. */
static size_t count_modules(arena *memory, const char *const *paths, size_t n, int depth) {
    arena_mark here = arena_mark_here(memory);
    hash *seen = hash_new(memory, 16);
    size_t distinct = 0;
    for (size_t i = 0; i < n; i++) {
        char *cut = arena_strndup(memory, paths[i], first_parts(paths[i], depth));
        if (!hash_get(seen, cut)) {
            hash_put(seen, cut, cut);
            distinct++;
        }
    }
    arena_release(memory, here);
    return distinct;
}

/* The depth whose number of groups is, as a ratio, nearest to what is readable. Groups only become
 * more with the depth. */
static int readable_depth(arena *memory, const char *const *paths, size_t n) {
    int best = 1;
    double least = INFINITY;
    size_t before = 0;
    for (int depth = 1; depth <= DEEPEST; depth++) {
        size_t groups = count_modules(memory, paths, n, depth);
        double off = fabs(log((double)groups / READABLE));
        if (off < least && groups > before) {
            best = depth;
            least = off;
        }
        if (groups >= READABLE)
            break;
        before = groups;
    }
    return best;
}

static const char **distinct_scopes(arena *memory, const roof_analysis *a, size_t *n) {
    size_t n_rows = roof_analysis_rows(a);
    const char **paths = arena_array(memory, n_rows + 1, sizeof *paths);
    hash *seen = hash_new(memory, 16);
    for (size_t i = 0; i < n_rows; i++) {
        const char *scope = roof_analysis_row(a, i)->scope;
        const char *copy = hash_get(seen, scope);
        if (!copy) {
            copy = hash_intern(seen, scope);
            paths[(*n)++] = copy;
        }
    }
    return paths;
}

static const char *operator_name(arena *memory, const roof_row *row) {
    return *row->domain ? arena_printf(memory, "%s:%s", row->domain, row->op) : row->op;
}

/* --- sums --- */

/* What a group's limiter and efficiency follow from: seconds. */
typedef struct seconds {
    double by_limiter[ROOF_LIMITER_COUNT];
    double predicted, measured; /* of its rows that have both */
} seconds;

static void start(roof_sum *s, const roof_row *row, roof_grouping by, const char *name) {
    s->complete = true;
    s->row = (roof_row){.id = "",
                        .name = name,
                        .op = by == ROOF_GROUP_OP ? row->op : "",
                        .domain = by == ROOF_GROUP_OP ? row->domain : "",
                        .scope = by == ROOF_GROUP_MODULE ? name : "",
                        .family = by == ROOF_GROUP_OP ? row->family : "",
                        .family_index = by == ROOF_GROUP_OP ? row->family_index : -1,
                        .status = ROOF_DEAD,
                        .repeat = 1,
                        .rule = "",
                        .note = "",
                        .precision = "",
                        .weight_dtype = "",
                        .activation_dtype = "",
                        .accumulate_dtype = "",
                        .group = -1,
                        .operational_intensity = NAN,
                        .attainable_flops = NAN,
                        .time_s = NAN,
                        .time_share = NAN,
                        .bound_s = NAN,
                        .measured_s = NAN,
                        .efficiency = NAN};
}

/* A roof_work holds counts and nothing else. */
enum { N_COUNTS = sizeof(roof_work) / sizeof(int64_t) };
_Static_assert(sizeof(roof_work) == sizeof(int64_t[N_COUNTS]), "roof_work is of counts");

/* Adds what is known; a sum stays unknown until something is. */
static void add_work(roof_sum *s, const roof_row *row, bool first) {
    int64_t sum[N_COUNTS], more[N_COUNTS];
    memcpy(sum, &s->row.work, sizeof sum);
    memcpy(more, &row->work, sizeof more);
    for (size_t i = 0; i < N_COUNTS; i++) {
        count part = cnt_mul(row->repeat, more[i]);
        count total = first || !known(sum[i]) ? part : cnt_add(sum[i], part);
        if (known(total))
            sum[i] = total;
        else if (first)
            sum[i] = UNKNOWN;
        s->complete = s->complete && known(total);
    }
    memcpy(&s->row.work, sum, sizeof sum);
}

static void add_seconds(double *sum, double value, const roof_row *row) {
    if (isfinite(value) && row->repeat >= 0)
        *sum = (isnan(*sum) ? 0 : *sum) + value * (double)row->repeat;
}

/* From what is best to tell of a group to what is worst. */
static int rank_of(roof_row_status s) {
    static const int ranks[ROOF_STATUS_COUNT] = {[ROOF_DEAD] = 0,
                                                 [ROOF_FOLDED] = 1,
                                                 [ROOF_COUNTED] = 2,
                                                 [ROOF_ESTIMATED] = 3,
                                                 [ROOF_ROW_UNKNOWN] = 4};
    return ranks[s];
}

static void add_row(roof_sum *s, seconds *time, const roof_row *row) {
    if (rank_of(row->status) >= rank_of(ROOF_COUNTED))
        add_work(s, row, rank_of(s->row.status) < rank_of(ROOF_COUNTED));
    if (rank_of(row->status) > rank_of(s->row.status))
        s->row.status = row->status;
    s->complete = s->complete && row->status != ROOF_ROW_UNKNOWN;
    s->nodes++;
    add_seconds(&s->row.time_s, row->time_s, row);
    add_seconds(&s->row.bound_s, row->bound_s, row);
    add_seconds(&s->row.measured_s, row->measured_s, row);
    add_seconds(&time->by_limiter[row->limiter], row->time_s, row);
    if (isfinite(row->efficiency)) {
        add_seconds(&time->predicted, row->time_s, row);
        add_seconds(&time->measured, row->measured_s, row);
    }
    if (isfinite(row->time_share))
        s->row.time_share = (isnan(s->row.time_share) ? 0 : s->row.time_share) + row->time_share;
}

static void finish(roof_sum *s, const seconds *time) {
    roof_row *r = &s->row;
    double flops = (double)r->work.flops;
    if (!s->complete)
        r->status = ROOF_ROW_UNKNOWN;
    if (known(r->work.flops) && r->work.bytes.total > 0)
        r->operational_intensity = flops / (double)r->work.bytes.total;
    if (known(r->work.flops) && r->time_s > 0)
        r->attainable_flops = flops / r->time_s;
    if (time->measured > 0)
        r->efficiency = time->predicted / time->measured;
    for (int l = ROOF_LIMIT_MATRIX; l < ROOF_LIMITER_COUNT; l++)
        if (time->by_limiter[l] > 0 &&
            (r->limiter == ROOF_LIMIT_NONE || time->by_limiter[l] > time->by_limiter[r->limiter]))
            r->limiter = (roof_limiter)l;
}

/* --- groups --- */

typedef struct groups {
    arena *memory;
    hash *numbers; /* from the name of a group to its number, plus 1, as a pointer */
    uint32_t *of;  /* the group of each row */
    size_t n;
} groups;

static uint32_t number_of(groups *g, const char *name) {
    uintptr_t number = (uintptr_t)hash_get(g->numbers, name);
    if (number)
        return (uint32_t)(number - 1);
    hash_put(g->numbers, name, (void *)(uintptr_t)(g->n + 1));
    return (uint32_t)g->n++;
}

static const char *name_of(arena *memory, const roof_row *row, roof_grouping by, int depth) {
    return by == ROOF_GROUP_OP ? operator_name(memory, row)
                               : arena_strndup(memory, row->scope, first_parts(row->scope, depth));
}

static void divide(groups *g, const roof_analysis *a, roof_grouping by, int depth) {
    size_t n_rows = roof_analysis_rows(a);
    g->numbers = hash_new(g->memory, 16);
    g->of = arena_array(g->memory, n_rows + 1, sizeof *g->of);
    for (size_t i = 0; i < n_rows; i++) {
        size_t before = g->n;
        arena_mark here = arena_mark_here(g->memory);
        g->of[i] = number_of(g, name_of(g->memory, roof_analysis_row(a, i), by, depth));
        if (g->n == before)
            arena_release(g->memory, here);
    }
}

const roof_sum *sum_up(arena *memory, const roof_analysis *a, roof_grouping by, int *depth,
                       size_t *n) {
    size_t n_rows = roof_analysis_rows(a), n_paths = 0;
    if (by == ROOF_GROUP_MODULE && *depth == 0) {
        const char **paths = distinct_scopes(memory, a, &n_paths);
        *depth = readable_depth(memory, paths, n_paths);
    }
    groups g = {.memory = memory};
    divide(&g, a, by, *depth);
    roof_sum *sums = arena_array(memory, g.n + 1, sizeof *sums);
    seconds *times = arena_array(memory, g.n + 1, sizeof *times);
    for (size_t i = 0; i < n_rows; i++) {
        const roof_row *row = roof_analysis_row(a, i);
        roof_sum *s = &sums[g.of[i]];
        if (s->nodes == 0)
            start(s, row, by, name_of(memory, row, by, *depth));
        add_row(s, &times[g.of[i]], row);
    }
    for (size_t i = 0; i < g.n; i++)
        finish(&sums[i], &times[i]);
    *n = g.n;
    return sums;
}

/* --- for those outside --- */

struct roof_sums {
    arena *memory;
    const roof_sum *sum;
    size_t n;
    int depth;
};

roof_sums *roof_sum_up(const roof_analysis *a, roof_grouping by, int depth, roof_error *error) {
    arena *memory = arena_new(MEMORY_LIMIT);
    if (!memory || arena_escape(memory)) {
        arena_free(memory);
        error_set(error, ROOF_FAILED, "not enough memory to sum up %zu rows",
                  roof_analysis_rows(a));
        return NULL;
    }
    roof_sums *s = arena_alloc(memory, sizeof *s);
    s->memory = memory;
    s->depth = by == ROOF_GROUP_MODULE ? depth : 0;
    s->sum = sum_up(memory, a, by, &s->depth, &s->n);
    return s;
}

void roof_sums_free(roof_sums *s) {
    if (s)
        arena_free(s->memory);
}

const roof_sum *roof_sums_all(const roof_sums *s, size_t *n) {
    *n = s->n;
    return s->sum;
}

int roof_sums_depth(const roof_sums *s) {
    return s->depth;
}
