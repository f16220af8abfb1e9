/* The explanation as a document. */
#include "report/json.h"
#include "explain/explain.h"

static json_t *product_json(const roof_product *p) {
    json_t *o = json_object(), *factors = json_array();
    for (size_t i = 0; i < p->n_factors; i++) {
        json_t *f = json_object();
        json_put(f, "name", json_of_optional(p->factors[i].name));
        json_put(f, "value", json_of_count(p->factors[i].value));
        json_array_append_new(factors, f);
    }
    json_put(o, "quantity", json_of_text(p->quantity));
    json_put(o, "factors", factors);
    json_put(o, "value", json_of_count(p->value));
    return o;
}

static json_t *operand_json(const roof_operand *t) {
    json_t *o = json_of_tensor(&t->tensor);
    json_put(o, "role", json_of_text(t->role));
    json_put(o, "stored_dtype", json_of_text(t->dtype));
    json_put(o, "bytes", json_of_count(t->bytes));
    json_put(o, "bytes_touched", json_of_count(t->touched));
    return o;
}

static json_t *term_json(const roof_term *t) {
    json_t *o = json_object();
    json_put(o, "unit", json_of_text(t->unit));
    json_put(o, "amount", json_of_real(t->amount));
    json_put(o, "amount_unit", json_of_text(t->amount_unit));
    json_put(o, "ceiling", json_of_real(t->ceiling));
    json_put(o, "time_s", json_of_real(t->time_s));
    json_put(o, "ridge", json_of_real(t->ridge));
    json_put(o, "fallback", json_of_optional(t->fallback));
    json_put(o, "source", t->fact ? json_of_text(t->fact->source) : json_null());
    json_put(o, "formula", t->fact ? json_of_optional(t->fact->formula) : json_null());
    return o;
}

void write_explanation_json(explain_output *o) {
    const roof_explanation *x = o->x;
    json_t *products = json_array(), *operands = json_array(), *terms = json_array();
    for (size_t i = 0; i < x->n_products; i++)
        json_array_append_new(products, product_json(&x->products[i]));
    for (size_t i = 0; i < x->n_operands; i++)
        json_array_append_new(operands, operand_json(&x->operands[i]));
    for (size_t i = 0; i < x->n_terms; i++)
        json_array_append_new(terms, term_json(&x->terms[i]));
    const struct {
        const char *key;
        json_t *part;
    } parts[] = {
        {"tool", json_of_tool(o->analysis)},
        {"model", json_of_model(o->analysis)},
        {"device", json_of_device(o->analysis)},
        {"options", json_of_options(o->analysis)},
        {"assumptions", json_of_assumptions(o->analysis)},
        {"node", json_of_row(x->row)},
        {"rule", json_of_optional(x->row->rule)},
        {"products", products},
        {"operands", operands},
        {"terms", terms},
        {"why", json_of_text(x->why)},
    };
    fputs("{\"schema\":\"roofline.explanation/1\"", o->out);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        json_write_part(o->out, parts[i].key, parts[i].part);
    fputs("\n}\n", o->out);
}
