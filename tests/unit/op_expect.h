/* One node's shape and work as a table of expectations has them. The macros write operands and
 * attributes shortly:
 *
 *     {"Conv", 11, .in = {F(1, 1, 5), F(1, 1, 3)}, .options = {INTS("strides", 2)},
 *      SHAPE(1, 1, 2), .macs = 6} */
#ifndef TESTS_OP_EXPECT_H
#define TESTS_OP_EXPECT_H

#include "op_case.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { DIMS = 6, INPUTS = 12, ITEMS = 8 };

typedef struct input {
    dtype elem;
    int rank;
    count dims[DIMS];
    bool left_out;
    bool listed; /* a 1-D int64 constant of these dims' values */
} input;

typedef struct option { /* an attribute */
    const char *name;
    attribute_kind kind;
    int64_t i;
    double f;
    const char *s;
    size_t n;
    int64_t ints[ITEMS];
} option;

typedef struct expectation {
    const char *op;
    int version;
    const char *domain; /* NULL: "" */
    input in[INPUTS];   /* the last one stays empty */
    option options[ITEMS];
    int rank;
    count dims[DIMS];
    count macs;
    count valid; /* 0: as macs */
    count vector, special;
    count touched; /* of input 0; 0: all */
} expectation;

#define COUNT(...) (sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t))
#define T(type, ...)                                                                               \
    {                                                                                              \
        .elem = type, .rank = COUNT(__VA_ARGS__), .dims = { __VA_ARGS__ }                          \
    }
#define F(...) T(DT_FLOAT, __VA_ARGS__)
#define SCALAR(type)                                                                               \
    { .elem = type }
#define LIST(...)                                                                                  \
    { .elem = DT_INT64, .rank = COUNT(__VA_ARGS__), .dims = {__VA_ARGS__}, .listed = true }
#define NONE                                                                                       \
    { .elem = DT_FLOAT, .left_out = true }
#define INT(key, v)                                                                                \
    { .name = key, .kind = ATTR_INT, .i = v }
#define REAL(key, v)                                                                               \
    { .name = key, .kind = ATTR_FLOAT, .f = v }
#define TEXT(key, v)                                                                               \
    { .name = key, .kind = ATTR_STRING, .s = v }
#define INTS(key, ...)                                                                             \
    {                                                                                              \
        .name = key, .kind = ATTR_INTS, .n = COUNT(__VA_ARGS__), .ints = { __VA_ARGS__ }           \
    }
#define SHAPE(...) .rank = COUNT(__VA_ARGS__), .dims = {__VA_ARGS__}
#define MS         .version = 1, .domain = "com.microsoft"

/* The case of an expectation, run with some outputs; fails when the table has no row for it. Free
 * it with op_case_free. */
op_case *expect_run(const expectation *e, unsigned n_out);

/* Fails at the first figure that differs. */
void expect_all(const expectation *e, size_t n);

#define EXPECT_ALL(cases) expect_all(cases, sizeof cases / sizeof *cases)

#endif
