#include "model_text.h"
#include "onnx_bytes.h"
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>

enum { OPSET = 17, NAME_SIZE = 128 };

typedef struct parser {
    const char *at;
} parser;

/* A word as it is read. */
typedef struct word {
    char text[NAME_SIZE];
} word;

static void fail(const parser *p, const char *wanted) {
    fprintf(stderr, "model_text: %s wanted at \"%.40s\"\n", wanted, p->at);
    abort();
}

static void skip_space(parser *p) {
    while (isspace((unsigned char)*p->at))
        p->at++;
}

static bool next_is(parser *p, const char *text) {
    skip_space(p);
    return !strncmp(p->at, text, strlen(text));
}

static bool take(parser *p, const char *text) {
    if (!next_is(p, text))
        return false;
    p->at += strlen(text);
    return true;
}

static void want(parser *p, const char *text) {
    if (!take(p, text))
        fail(p, text);
}

static bool in_word(char c) {
    return isalnum((unsigned char)c) || c == '_' || c == '.' || c == ':';
}

static word read_word(parser *p) {
    word w = {{0}};
    size_t n = 0;
    skip_space(p);
    while (in_word(*p->at) && n + 1 < sizeof w.text)
        w.text[n++] = *p->at++;
    if (n == 0)
        fail(p, "a name");
    return w;
}

/* Takes a keyword that stands alone. */
static bool take_word(parser *p, const char *text) {
    size_t n = strlen(text);
    if (!next_is(p, text) || in_word(p->at[n]))
        return false;
    p->at += n;
    return true;
}

static int64_t read_int(parser *p) {
    char *end;
    skip_space(p);
    long long v = strtoll(p->at, &end, 10);
    if (end == p->at)
        fail(p, "a number");
    p->at = end;
    return v;
}

/* --- types and tensors --- */

typedef struct shape {
    int elem;
    size_t rank;
    int64_t dims[8];
    bool is_open[8]; /* "?" */
} shape;

static int element_of(const parser *p, const char *name) {
    static const struct {
        const char *name;
        int elem;
    } types[] = {{"f32", 1}, {"u8", 2}, {"i32", 6}, {"i64", 7}, {"bool", 9}, {"f16", 10}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (!strcmp(types[i].name, name))
            return types[i].elem;
    fail(p, "an element type");
    return 0;
}

static shape read_shape(parser *p) {
    word elem = read_word(p);
    shape s = {.elem = element_of(p, elem.text)};
    want(p, "[");
    while (!take(p, "]")) {
        s.is_open[s.rank] = take(p, "?");
        s.dims[s.rank] = s.is_open[s.rank] ? 0 : read_int(p);
        s.rank++;
        take(p, ",");
    }
    return s;
}

static bytes read_type(parser *p) {
    bytes b = {0}, held = {0}, tensor = {0}, dims = {0};
    bool is_sequence = take(p, "seq(");
    if (is_sequence || take(p, "optional(")) {
        put_message(&held, 1, read_type(p));
        put_message(&b, is_sequence ? 4 : 9, held);
        want(p, ")");
        return b;
    }
    shape s = read_shape(p);
    for (size_t i = 0; i < s.rank; i++) {
        bytes entry = {0};
        if (!s.is_open[i])
            put_int(&entry, 1, s.dims[i]);
        put_message(&dims, 1, entry);
    }
    put_int(&tensor, 1, s.elem);
    put_message(&tensor, 2, dims);
    put_message(&b, 1, tensor);
    return b;
}

static void put_weight(parser *p, bytes *g) {
    word name = read_word(p);
    shape s = read_shape(p);
    put_message(g, GRAPH_INITIALIZER, tensor_of(name.text, s.elem, s.rank, s.dims));
}

static void put_integer(parser *p, bytes *g, int elem, bool is_list) {
    word name = read_word(p);
    bytes items = {0};
    int64_t n = 0;
    if (is_list)
        want(p, "[");
    do {
        put_int(&items, elem == 9 ? TENSOR_INT32S : TENSOR_INT64S, read_int(p));
        n++;
    } while (is_list && take(p, ","));
    if (is_list)
        want(p, "]");
    bytes tensor = tensor_of(name.text, elem, is_list, &n);
    put_raw(&tensor, items.data, items.n);
    free(items.data);
    put_message(g, GRAPH_INITIALIZER, tensor);
}

/* --- nodes --- */

static void put_names(parser *p, bytes *b, unsigned number, const char *end) {
    while (!take(p, end)) {
        word name = read_word(p);
        put_text(b, number, strcmp(name.text, "_") != 0 ? name.text : "");
        take(p, ",");
    }
}

static void put_operator(bytes *b, word w, unsigned name, unsigned domain, unsigned overload) {
    char *colon = strchr(w.text, ':'), *dot = strrchr(w.text, '.');
    if (colon)
        *colon++ = '\0';
    if (dot)
        *dot++ = '\0';
    put_text(b, name, dot ? dot : w.text);
    if (dot)
        put_text(b, domain, w.text);
    if (colon)
        put_text(b, overload, colon);
}

static bytes read_graph(parser *p);

static void put_number(parser *p, bytes *a) {
    skip_space(p);
    size_t digits = strspn(p->at, "-0123456789");
    if (p->at[digits] == '.') {
        char *end;
        put_float(a, ATTRIBUTE_F, strtof(p->at, &end));
        put_int(a, ATTRIBUTE_TYPE, 1);
        p->at = end;
    } else {
        put_int(a, ATTRIBUTE_I, read_int(p));
        put_int(a, ATTRIBUTE_TYPE, 2);
    }
}

static bytes read_attribute(parser *p) {
    bytes a = {0};
    word name = read_word(p);
    put_text(&a, ATTRIBUTE_NAME, name.text);
    want(p, "=");
    if (take(p, "@")) {
        word reference = read_word(p);
        put_text(&a, ATTRIBUTE_REF, reference.text);
    } else if (take(p, "{")) {
        put_message(&a, ATTRIBUTE_G, read_graph(p));
        put_int(&a, ATTRIBUTE_TYPE, 5);
        want(p, "}");
    } else if (take(p, "[")) {
        put_int(&a, ATTRIBUTE_TYPE, 7);
        for (; !take(p, "]"); take(p, ","))
            put_int(&a, ATTRIBUTE_INTS, read_int(p));
    } else if (take(p, "type ")) {
        put_message(&a, ATTRIBUTE_TP, read_type(p));
        put_int(&a, ATTRIBUTE_TYPE, 13);
    } else {
        put_number(p, &a);
    }
    return a;
}

/* Is the next word followed by an equals sign, and that by no operator? */
static bool attribute_follows(const parser *p) {
    parser ahead = *p;
    skip_space(&ahead);
    if (!in_word(*ahead.at))
        return false;
    read_word(&ahead);
    if (*ahead.at != '=') /* attributes are written without spaces */
        return false;
    return true;
}

static void put_attributes(parser *p, bytes *b, unsigned number) {
    while (attribute_follows(p))
        put_message(b, number, read_attribute(p));
}

static bytes read_node(parser *p) {
    bytes n = {0};
    if (take(p, "\"")) {
        size_t length = strcspn(p->at, "\"");
        put_bytes(&n, NODE_NAME, p->at, length);
        p->at += length + 1;
    }
    put_names(p, &n, NODE_OUTPUT, "=");
    put_operator(&n, read_word(p), NODE_OP, NODE_DOMAIN, NODE_OVERLOAD);
    want(p, "(");
    put_names(p, &n, NODE_INPUT, ")");
    put_attributes(p, &n, NODE_ATTRIBUTE);
    return n;
}

/* --- graphs --- */

static void put_value(parser *p, bytes *g, unsigned number, bool has_type) {
    bytes v = {0};
    word name = read_word(p);
    put_text(&v, 1, name.text);
    if (has_type)
        put_message(&v, 2, read_type(p));
    put_message(g, number, v);
}

static bool put_statement(parser *p, bytes *g) {
    skip_space(p);
    if (!*p->at || *p->at == '}' || next_is(p, "function "))
        return false;
    if (take_word(p, "in"))
        put_value(p, g, GRAPH_INPUT, true);
    else if (take_word(p, "arg")) /* an input of a body, without a type */
        put_value(p, g, GRAPH_INPUT, false);
    else if (take_word(p, "out"))
        put_value(p, g, GRAPH_OUTPUT, false);
    else if (take_word(p, "weight"))
        put_weight(p, g);
    else if (take_word(p, "ints"))
        put_integer(p, g, 7, true);
    else if (take_word(p, "int"))
        put_integer(p, g, 7, false);
    else if (take_word(p, "bool"))
        put_integer(p, g, 9, false);
    else
        put_message(g, GRAPH_NODE, read_node(p));
    return true;
}

static bytes read_graph(parser *p) {
    bytes g = {0};
    while (put_statement(p, &g))
        ;
    return g;
}

static bytes read_function(parser *p) {
    enum {
        NAME = 1,
        INPUT = 4,
        OUTPUT = 5,
        ATTRIBUTE = 6,
        NODE = 7,
        OPSETS = 9,
        DOMAIN = 10,
        DEFAULTS = 11,
        OVERLOAD = 13
    };
    bytes f = {0};
    int64_t version = OPSET;
    put_operator(&f, read_word(p), NAME, DOMAIN, OVERLOAD);
    want(p, "(");
    put_names(p, &f, INPUT, ")");
    want(p, "->");
    want(p, "(");
    put_names(p, &f, OUTPUT, ")");
    if (take(p, "defaults"))
        put_attributes(p, &f, DEFAULTS);
    if (take(p, "opset"))
        version = read_int(p);
    put_message(&f, OPSETS, opset_of("", version));
    want(p, "{");
    while (!take(p, "}"))
        put_message(&f, NODE, read_node(p));
    return f;
}

roof_model *model_of_text(const char *text, roof_error *e) {
    static bytes m; /* weights are decoded from it as long as the model lives */
    parser p = {.at = text};
    bytes g = read_graph(&p);
    m.n = 0;
    put_int(&m, MODEL_IR, 10);
    put_message(&m, MODEL_OPSET, opset_of("", OPSET));
    put_message(&m, MODEL_OPSET, opset_of("my", 1));
    put_message(&m, MODEL_GRAPH, g);
    while (take(&p, "function "))
        put_message(&m, MODEL_FUNCTION, read_function(&p));
    skip_space(&p);
    if (*p.at)
        fail(&p, "a statement");
    return roof_model_from_memory(m.data, m.n, "m.onnx", e);
}

/* --- rows --- */

static void add_text(bytes *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add_text(bytes *b, const char *format, ...) {
    char line[512];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    put_raw(b, line, (size_t)n);
}

/* A count, or "?" */
static const char *shown(char dst[32], int64_t v) {
    if (v < 0)
        return "?";
    snprintf(dst, 32, "%lld", (long long)v);
    return dst;
}

char *rows_as_text(const roof_analysis *a) {
    bytes b = {0};
    char one[32], two[32], three[32];
    for (size_t i = 0; i < roof_analysis_rows(a); i++) {
        const roof_row *r = roof_analysis_row(a, i);
        add_text(&b, "%s %s %s", r->id, r->op, roof_status_name(r->status));
        if (r->status != ROOF_FOLDED && r->status != ROOF_DEAD)
            add_text(&b, " %sx %s FLOP %s B", shown(one, r->repeat), shown(two, r->work.flops),
                     shown(three, r->work.traffic[ROOF_TRAFFIC_OP].total));
        add_text(&b, "\n");
    }
    const roof_totals *t = roof_analysis_totals(a);
    add_text(&b, "%s %s FLOP %s B", t->complete ? "total" : "at least", shown(one, t->work.flops),
             shown(two, t->work.traffic[ROOF_TRAFFIC_OP].total));
    add_text(&b, " ideal %s B peak %s B at %s\n",
             shown(one, t->work.traffic[ROOF_TRAFFIC_IDEAL].total),
             shown(two, t->peak_activation_bytes), t->peak_activation_node);
    put_raw(&b, "", 1);
    return (char *)b.data;
}

char *outputs_as_text(const roof_analysis *a) {
    bytes b = {0};
    char one[32];
    size_t n;
    const roof_tensor *t = roof_analysis_outputs(a, &n);
    for (size_t i = 0; i < n; i++) {
        add_text(&b, "%s%s ", i ? ", " : "", t[i].dtype);
        if (t[i].rank < 0)
            add_text(&b, "*");
        for (int k = 0; k < t[i].rank; k++)
            add_text(&b, "%s%s", k ? "x" : "", shown(one, t[i].dims[k]));
        for (int k = 0; t[i].is_estimated && k < t[i].estimated_rank; k++)
            add_text(&b, "%s%s", k ? "x" : " ~", shown(one, t[i].estimated_dims[k]));
    }
    put_raw(&b, "", 1);
    return (char *)b.data;
}
