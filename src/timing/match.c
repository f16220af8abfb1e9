/* A name of the file is looked up as it is, then without what engines add to names, then taken
 * apart as the name of a fused kernel:
 *
 *   #12, /conv1/Conv, or the name of an output
 *   Conv_12                                   ONNX Runtime: a node without a name, and its place
 *   /relu/Relu_output_0_nchwc, .../Conv_token_5, .../MatMulScaleFusion/, fused /fc/Gemm
 *   conv1 + relu, PWN(a, b), {ForeignNode[first...last]}                        TensorRT */
#include "timing/match.h"
#include "base/hash.h"
#include "base/text.h"
#include <ctype.h>
#include <string.h>

enum { MOST_FUSED = 8, NOT_FOUND = -1, SEVERAL = -2 };

struct matcher {
    arena *memory;
    const roof_analysis *analysis;
    const roof_timing *timing;
    hash *ids, *names, *outputs; /* to the row's place plus one; AMBIGUOUS */
    int64_t *direct;             /* per time: the one row of its name, or NOT_FOUND */
    bool *has_time;              /* per row: a time has its name */
    size_t *chosen;              /* room for the rows of one time */
    bool *is_chosen;             /* per row, while a set is made */
};

static char ambiguous; /* its address marks names that several rows have */

static void put(hash *h, const char *key, size_t row) {
    if (!*key)
        return;
    void *old = hash_get(h, key), *place = (void *)(uintptr_t)(row + 1);
    if (!old)
        hash_put(h, key, place);
    else if (old != place)
        hash_put(h, key, &ambiguous);
}

static int64_t get(const hash *h, const char *key) {
    void *found = hash_get(h, key);
    return !found ? NOT_FOUND : found == &ambiguous ? SEVERAL : (int64_t)(uintptr_t)found - 1;
}

/* --- one name --- */

/* "Conv_12" is node 12 when that is a Conv without a name. */
static int64_t unnamed(const matcher *m, const char *name) {
    char id[24], op[64];
    int64_t index;
    const char *last = strrchr(name, '_');
    if (!last || last == name || (size_t)(last - name) >= sizeof op ||
        !text_to_int(last + 1, &index) || index < 0)
        return NOT_FOUND;
    snprintf(op, sizeof op, "%.*s", (int)(last - name), name);
    snprintf(id, sizeof id, "#%lld", (long long)index);
    int64_t row = get(m->ids, id);
    const roof_row *r = row < 0 ? NULL : roof_analysis_row(m->analysis, (size_t)row);
    return r && !*r->name && strcmp(r->op, op) == 0 ? row : NOT_FOUND;
}

static int64_t look_up(const matcher *m, const char *name) {
    int64_t row = get(m->ids, name);
    if (row == NOT_FOUND)
        row = get(m->names, name);
    if (row == NOT_FOUND)
        row = get(m->outputs, name);
    return row == NOT_FOUND ? unnamed(m, name) : row;
}

static bool cut_suffix(char *name, const char *suffix) {
    size_t n = strlen(name), k = strlen(suffix);
    if (n <= k || strcmp(name + n - k, suffix) != 0)
        return false;
    name[n - k] = '\0';
    return true;
}

/* "..._token_12": the number that ONNX Runtime adds to make a name unique. */
static bool cut_token(char *name) {
    size_t n = strlen(name), digits = n;
    while (digits > 0 && isdigit((unsigned char)name[digits - 1]))
        digits--;
    static const char token[] = "_token_";
    size_t k = sizeof token - 1;
    if (digits == n || digits <= k || strncmp(name + digits - k, token, k) != 0)
        return false;
    name[digits - k] = '\0';
    return true;
}

/* ".../MatMulScaleFusion/": the pass of the optimizer that made the node. */
static bool cut_fusion(char *name) {
    static const char fusion[] = "Fusion/";
    size_t n = strlen(name), k = sizeof fusion - 1;
    if (n <= k || strcmp(name + n - k, fusion) != 0)
        return false;
    name[n - 1] = '\0';
    char *slash = strrchr(name, '/');
    if (!slash || slash == name)
        return false;
    *slash = '\0';
    return true;
}

static int64_t look_up_cut(const matcher *m, const char *name) {
    static const char fused[] = "fused ";
    int64_t row = look_up(m, name);
    if (row != NOT_FOUND)
        return row;
    if (strncmp(name, fused, sizeof fused - 1) == 0)
        name += sizeof fused - 1;
    arena_mark here = arena_mark_here(m->memory);
    char *cut = arena_strdup(m->memory, name);
    row = look_up(m, cut);
    while (row == NOT_FOUND && (cut_suffix(cut, "_nchwc") || cut_suffix(cut, "/duplicated") ||
                                cut_token(cut) || cut_fusion(cut)))
        row = look_up(m, cut);
    arena_release(m->memory, here);
    return row;
}

matcher *matcher_new(arena *memory, const roof_analysis *a, const roof_timing *t) {
    size_t n = roof_analysis_rows(a);
    matcher *m = arena_alloc(memory, sizeof *m);
    *m = (matcher){.memory = memory,
                   .analysis = a,
                   .timing = t,
                   .ids = hash_new(memory, n),
                   .names = hash_new(memory, n),
                   .outputs = hash_new(memory, n),
                   .direct = arena_array(memory, t->n + 1, sizeof *m->direct),
                   .has_time = arena_array(memory, n + 1, sizeof *m->has_time),
                   .chosen = arena_array(memory, n + 1, sizeof *m->chosen),
                   .is_chosen = arena_array(memory, n + 1, sizeof *m->is_chosen)};
    for (size_t i = 0; i < n; i++) {
        const roof_row *row = roof_analysis_row(a, i);
        put(m->ids, row->id, i);
        put(m->names, row->name, i);
        for (size_t k = 0; k < row->n_outputs; k++)
            put(m->outputs, row->outputs[k].name, i);
    }
    for (size_t i = 0; i < t->n; i++) {
        m->direct[i] = look_up_cut(m, t->times[i].name);
        if (m->direct[i] >= 0)
            m->has_time[m->direct[i]] = true;
    }
    return m;
}

/* --- several rows --- */

static void choose(matcher *m, row_set *s, int64_t row) {
    if (row < 0 || m->is_chosen[row])
        return;
    m->is_chosen[row] = true;
    s->rows[s->n++] = (size_t)row;
}

/* The row that makes one of its inputs and has no time of its own; NOT_FOUND when there is not one
 * such row. */
static int64_t free_producer(const matcher *m, int64_t row) {
    const roof_row *r = roof_analysis_row(m->analysis, (size_t)row);
    int64_t found = NOT_FOUND;
    for (size_t i = 0; i < r->n_inputs; i++) {
        int64_t producer = get(m->outputs, r->inputs[i].name);
        bool is_free = producer >= 0 && producer < row && !m->has_time[producer] &&
                       roof_analysis_row(m->analysis, (size_t)producer)->status != ROOF_FOLDED;
        if (is_free && found >= 0 && producer != found)
            return NOT_FOUND;
        found = is_free ? producer : found;
    }
    return found;
}

/* A kernel that is named after the Relu at its end, but is a Conv: the rows up to the Conv. */
static void choose_fused(matcher *m, row_set *s, int64_t row, const char *op) {
    int64_t chain[MOST_FUSED];
    size_t n = 0;
    for (int64_t at = row; at >= 0 && n < MOST_FUSED; at = free_producer(m, at)) {
        chain[n++] = at;
        if (strstr(op, roof_analysis_row(m->analysis, (size_t)at)->op)) {
            for (size_t i = 0; i < n; i++)
                choose(m, s, chain[i]);
            return;
        }
    }
    choose(m, s, row);
}

/* Where the rows inside of row i end; i + 1 when it has none. */
static size_t end_of_inside(const roof_analysis *a, size_t i) {
    const char *id = roof_analysis_row(a, i)->id;
    size_t n = strlen(id), rows = roof_analysis_rows(a), end = i + 1;
    while (end < rows && strncmp(roof_analysis_row(a, end)->id, id, n) == 0 &&
           roof_analysis_row(a, end)->id[n] == '/')
        end++;
    return end;
}

bool holds_others(const matcher *m, const row_set *s) {
    if (s->n != 1)
        return false;
    size_t end = end_of_inside(m->analysis, s->rows[0]);
    for (size_t i = s->rows[0] + 1; i < end; i++)
        if (m->has_time[i])
            return true;
    return false;
}

/* "{ForeignNode[first...last]": rows in between that no other time names. */
static void choose_range(matcher *m, row_set *s, char *text) {
    char *last = strstr(text, "...");
    *last = '\0';
    int64_t from = look_up_cut(m, text), to = look_up_cut(m, last + 3);
    for (int64_t i = from; from >= 0 && i <= to; i++)
        if (!m->has_time[i])
            choose(m, s, i);
}

static void choose_piece(matcher *m, row_set *s, char *piece) {
    static const char foreign[] = "{ForeignNode[";
    while (strncmp(piece, "PWN(", 4) == 0)
        piece += 4;
    size_t n = strlen(piece);
    if (strncmp(piece, foreign, sizeof foreign - 1) == 0) {
        piece += sizeof foreign - 1;
        piece[strcspn(piece, "]")] = '\0';
        if (strstr(piece, "..."))
            choose_range(m, s, piece);
        else
            choose(m, s, look_up_cut(m, piece));
        return;
    }
    int64_t row = look_up_cut(m, piece);
    while (row == NOT_FOUND && n > 0 && piece[n - 1] == ')') {
        piece[--n] = '\0';
        row = look_up_cut(m, piece);
    }
    choose(m, s, row);
}

static void choose_pieces(matcher *m, row_set *s, const char *name) {
    static const char *const dividers[] = {" + ", " || ", ", "};
    arena_mark here = arena_mark_here(m->memory);
    char *rest = arena_strdup(m->memory, name);
    while (rest) {
        char *end = NULL;
        size_t skip = 0;
        for (size_t i = 0; i < sizeof dividers / sizeof *dividers; i++) {
            char *at = strstr(rest, dividers[i]);
            if (at && (!end || at < end)) {
                end = at;
                skip = strlen(dividers[i]);
            }
        }
        if (end)
            *end = '\0';
        choose_piece(m, s, rest);
        rest = end ? end + skip : NULL;
    }
    arena_release(m->memory, here);
}

row_set rows_of(matcher *m, size_t i) {
    const timed *t = &m->timing->times[i];
    row_set s = {.rows = m->chosen};
    int64_t row = m->direct[i];
    if (row >= 0 && *t->op)
        choose_fused(m, &s, row, t->op);
    else if (row >= 0)
        choose(m, &s, row);
    else if (row == NOT_FOUND)
        choose_pieces(m, &s, t->name);
    if (s.n == 1 && !holds_others(m, &s)) {
        size_t first = s.rows[0], end = end_of_inside(m->analysis, first);
        for (size_t k = first + 1; k < end; k++)
            choose(m, &s, (int64_t)k);
    }
    for (size_t k = 0; k < s.n; k++)
        m->is_chosen[s.rows[k]] = false;
    return s;
}
