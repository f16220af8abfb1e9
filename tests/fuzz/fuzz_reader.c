/* Reading one model, checking every invariant of its graph, and decoding its small tensors. */
#include "graph/graph.h"
#include <roofline/model.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { MOST = 1024 };

static void decode(const model *m, const stored *s) {
    static scalar items[MOST];
    count n = stored_elements(s);
    if (known(n) && n <= MOST)
        m->source->decode(m->source, s, items, (size_t)n);
}

static void decode_all(const model *m, const graph *g) {
    for (size_t i = 0; i < g->n_initializers; i++)
        decode(m, g->initializers[i]->stored);
    for (size_t i = 0; i < g->n_nodes; i++)
        for (uint32_t k = 0; k < g->nodes[i]->n_attrs; k++) {
            const attribute *a = &g->nodes[i]->attrs[k];
            if (a->tensor)
                decode(m, a->tensor);
            for (size_t s = 0; a->graphs && s < a->n; s++)
                decode_all(m, a->graphs[s]);
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    roof_error e = ROOF_ERROR_INIT;
    model *m = roof_model_from_memory(data, n, "fuzz.onnx", &e);
    if (!m && (e.status == ROOF_OK || !e.text[0]))
        abort(); /* a failure must say why */
    if (m && graph_check(m))
        abort();
    if (m)
        decode_all(m, m->main);
    roof_model_free(m);
    return 0;
}
