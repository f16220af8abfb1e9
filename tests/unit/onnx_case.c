#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above */
#include "onnx_case.h"
#include <cmocka.h>

const int64_t two[] = {1, 2};

model *try_graph(bytes g, roof_error *e) {
    bytes b = model_of(g);
    model *m = roof_model_from_memory(b.data, b.n, "m.onnx", e);
    free(b.data);
    return m;
}

model *read_graph_of(bytes g) {
    roof_error e = ROOF_ERROR_INIT;
    model *m = try_graph(g, &e);
    if (!m)
        fail_msg("%s", e.text);
    const char *problem = graph_check(m);
    if (problem)
        fail_msg("%s", problem);
    return m;
}

bytes graph_around(bytes node_proto) {
    bytes g = {0};
    put_message(&g, GRAPH_NODE, node_proto);
    put_message(&g, GRAPH_INPUT, float_value_of("x", 2, two));
    put_message(&g, GRAPH_OUTPUT, float_value_of("y", 2, two));
    return g;
}
