/* Rows, with what they hold, and fusion groups. The rows' fields are those of the reports. */
#include "report/fields.h"
#include "saved/load.h"
#include <limits.h>
#include <math.h>
#include <string.h>

/* --- tensors --- */

static const int64_t *load_shape(loader *l, const char *key, const json_t *list, int *rank) {
    size_t n = json_array_size(list);
    int64_t *dims = arena_array(l->arena, n + 1, sizeof *dims);
    for (size_t i = 0; i < n; i++)
        dims[i] = count_value(l, key, json_array_get(list, i));
    *rank = (int)n;
    return dims;
}

static void load_tensor(loader *l, const char *key, const json_t *o, roof_tensor *t) {
    *t = (roof_tensor){.name = text_of(l, o, "name"), .dtype = text_of(l, o, "dtype"), .rank = -1};
    if (!*t->dtype)
        t->dtype = "?";
    const json_t *shape = list_of(l, o, "shape"), *estimated = list_of(l, o, "estimated_shape");
    if (shape)
        t->dims = load_shape(l, key, shape, &t->rank);
    if (!estimated)
        return;
    int rank;
    t->estimated_dims = load_shape(l, key, estimated, &rank);
    t->is_estimated = rank <= SHRT_MAX;
    t->estimated_rank = t->is_estimated ? (short)rank : 0;
}

const roof_tensor *load_tensors(loader *l, const char *key, const json_t *list, size_t *n) {
    *n = json_array_size(list);
    roof_tensor *all = arena_array(l->arena, *n + 1, sizeof *all);
    for (size_t i = 0; i < *n && is_good(l); i++) {
        const json_t *o = json_array_get(list, i);
        if (json_is_object(o))
            load_tensor(l, key, o, &all[i]);
        else
            refuse(l, key, "must be a list of tensors");
    }
    return all;
}

void load_traffic(loader *l, const json_t *o, roof_work *w) {
    static const roof_traffic_bytes unknown = {ROOF_UNKNOWN, ROOF_UNKNOWN, ROOF_UNKNOWN,
                                               ROOF_UNKNOWN};
    for (int i = 0; i < ROOF_TRAFFIC_COUNT; i++) {
        w->traffic[i] = unknown;
        w->traffic[i].total = count_of(l, o, roof_traffic_name((roof_traffic)i));
    }
}

/* --- what a row was placed under --- */

/* The list of a row, of at most `most` objects. */
static const json_t *short_list(loader *l, const json_t *o, const char *key, size_t most,
                                size_t *n) {
    const json_t *list = list_of(l, o, key);
    *n = json_array_size(list);
    for (size_t i = 0; i < *n; i++)
        if (!json_is_object(json_array_get(list, i)))
            refuse(l, key, "must be a list of objects");
    if (*n > most)
        refuse(l, key, "has %zu entries, and %zu are possible", *n, most);
    *n = is_good(l) ? *n : 0;
    return list;
}

static void load_ceilings(loader *l, const json_t *o, roof_row *row) {
    const json_t *list = short_list(l, o, "ceilings", MAX_TERMS, &row->n_ceilings);
    roof_row_ceiling *all = arena_array(l->arena, row->n_ceilings + 1, sizeof *all);
    for (size_t i = 0; i < row->n_ceilings; i++) {
        const json_t *one = json_array_get(list, i);
        all[i] = (roof_row_ceiling){.unit = text_of(l, one, "unit"),
                                    .value = real_of(l, one, "value"),
                                    .time_s = real_of(l, one, "time_s"),
                                    .fallback = text_of(l, one, "fallback")};
    }
    row->ceilings = all;
}

static void load_levels(loader *l, const json_t *o, roof_row *row) {
    size_t n;
    const json_t *list = short_list(l, o, "levels", MAX_LEVELS, &n);
    roof_row_level *all = arena_array(l->arena, n + 1, sizeof *all);
    for (size_t i = 0; i < n; i++) {
        const json_t *one = json_array_get(list, i);
        all[i] = (roof_row_level){.level = text_of(l, one, "level"),
                                  .bytes = count_of(l, one, "bytes"),
                                  .bandwidth = real_of(l, one, "value"),
                                  .time_s = real_of(l, one, "time_s")};
    }
    row->levels = all;
    row->n_levels = (unsigned)n;
}

/* --- rows --- */

static const char *status_name(int i) {
    return roof_status_name((roof_row_status)i);
}

static void load_group_index(loader *l, const json_t *o, roof_row *row) {
    int64_t group = count_of(l, o, "group");
    if (group > INT32_MAX)
        refuse(l, "group", "must be a number below 2^31");
    row->group = is_good(l) ? (int32_t)group : -1;
}

static void load_field(loader *l, const json_t *o, const field *f, roof_row *row) {
    void *value = (void *)(uintptr_t)field_value(row, f);
    switch (f->kind) {
    case FIELD_TEXT:
    case FIELD_OPTIONAL:
        *(const char **)value = text_of(l, o, f->name);
        break;
    case FIELD_COUNT:
        *(int64_t *)value = count_of(l, o, f->name);
        break;
    case FIELD_BOOL:
        *(bool *)value = flag_of(l, o, f->name);
        break;
    case FIELD_REAL:
        *(double *)value = real_of(l, o, f->name);
        break;
    case FIELD_SHARE:
        *(double *)value = share_of(l, o, f->name);
        break;
    case FIELD_GROUP:
        load_group_index(l, o, row);
        break;
    case FIELD_STATUS:
        row->status = (roof_row_status)choice_of(l, o, f->name, status_name, ROOF_STATUS_COUNT,
                                                 ROOF_ROW_UNKNOWN);
        break;
    case FIELD_LIMITER:
        row->limiter = limiter_of(l, o);
        break;
    case FIELD_INPUTS:
        row->inputs = load_tensors(l, f->name, list_of(l, o, f->name), &row->n_inputs);
        break;
    case FIELD_OUTPUTS:
        row->outputs = load_tensors(l, f->name, list_of(l, o, f->name), &row->n_outputs);
        break;
    case FIELD_TRAFFIC:
        load_traffic(l, object_of(l, o, f->name), &row->work);
        break;
    case FIELD_CEILINGS:
        load_ceilings(l, o, row);
        break;
    case FIELD_LEVELS:
        load_levels(l, o, row);
        break;
    }
}

/* A family that a later release knows counts as the last of ours, "other". */
static int family_index(const char *name) {
    int i = 0;
    while (roof_family_name(i + 1) && strcmp(roof_family_name(i), name) != 0)
        i++;
    return i;
}

/* Doubles the room of a list when it is full. */
static void *grown(loader *l, void *list, size_t n, size_t *room, size_t size) {
    if (n < *room)
        return list;
    *room = *room ? 2 * *room : 64;
    void *larger = arena_array(l->arena, *room, size);
    if (n)
        memcpy(larger, list, n * size);
    return larger;
}

void load_row(loader *l, const json_t *o) {
    if (!is_object(l, o))
        return;
    l->rows = grown(l, l->rows, l->n_rows, &l->row_room, sizeof *l->rows);
    roof_row *row = &l->rows[l->n_rows++];
    const field *f;
    for (size_t i = 0; (f = row_field(i)); i++)
        load_field(l, o, f, row);
    row->family_index = family_index(row->family);
    if (!*row->id)
        refuse(l, "id", "is missing");
}

/* --- fusion groups --- */

void load_group(loader *l, const json_t *o) {
    if (!is_object(l, o))
        return;
    l->groups = grown(l, l->groups, l->n_groups, &l->group_room, sizeof *l->groups);
    saved_group *g = &l->groups[l->n_groups++];
    const json_t *ids = list_of(l, o, "nodes");
    size_t n = json_array_size(ids);
    g->ids = arena_array(l->arena, n + 1, sizeof *g->ids);
    for (size_t i = 0; i < n; i++)
        g->ids[i] = text_value(l, "nodes", json_array_get(ids, i));
    g->group = (roof_group){.kind = text_of(l, o, "kind"),
                            .n_rows = n,
                            .repeat = count_of(l, o, "repeat"),
                            .bytes = {.weights = count_of(l, o, "bytes_weights"),
                                      .read = count_of(l, o, "bytes_read"),
                                      .written = count_of(l, o, "bytes_written"),
                                      .total = count_of(l, o, "bytes")},
                            .time_s = real_of(l, o, "time_s"),
                            .limiter = limiter_of(l, o)};
}

/* The rows by their ids; no two may have the same. */
static hash *rows_by_id(loader *l) {
    hash *h = hash_new(l->arena, l->n_rows);
    l->part = "nodes";
    for (size_t i = 0; i < l->n_rows && is_good(l); i++) {
        l->index = (int64_t)i;
        if (hash_get(h, l->rows[i].id))
            refuse(l, "id", "is \"%.60s\", as that of another node", l->rows[i].id);
        hash_put(h, l->rows[i].id, &l->rows[i]);
        if (l->rows[i].group >= (int64_t)l->n_groups)
            refuse(l, "group", "is %d, and there are %zu groups", (int)l->rows[i].group,
                   l->n_groups);
    }
    return h;
}

static void link_group(loader *l, const hash *by_id, saved_group *g) {
    size_t *rows = arena_array(l->arena, g->group.n_rows + 1, sizeof *rows);
    for (size_t i = 0; i < g->group.n_rows; i++) {
        const roof_row *row = hash_get(by_id, g->ids[i]);
        if (row)
            rows[i] = (size_t)(row - l->rows);
        else
            refuse(l, "nodes", "names \"%.60s\", which is no node", g->ids[i]);
    }
    g->group.rows = rows;
}

void link_groups(loader *l) {
    hash *by_id = rows_by_id(l);
    roof_group *all = arena_array(l->arena, l->n_groups + 1, sizeof *all);
    for (size_t i = 0; i < l->n_groups && is_good(l); i++) {
        l->part = "groups";
        l->index = (int64_t)i;
        link_group(l, by_id, &l->groups[i]);
        all[i] = l->groups[i].group;
    }
    l->analysis->groups = l->n_groups ? all : NULL;
    l->analysis->n_groups = l->n_groups;
}
