/* Writing a profile: what read.c reads. */
#include "base/numeric.h"
#include "device/facts.h"
#include <csv.h>
#include <inttypes.h>
#include <string.h>

static const char header[] = "section,name,precision,accumulate,variant,value,unit,min,max,samples,"
                             "clock_hz,watts,source,celsius,seconds,note\n";

/* Quotes only where it must, so that profiles stay easy to read and to compare. */
static void write_text(FILE *out, const char *s) {
    size_t n = strlen(s);
    bool plain = s[strcspn(s, ",\"\r\n\t")] == '\0' && s[0] != ' ' && (n == 0 || s[n - 1] != ' ');
    if (plain)
        fputs(s, out);
    else
        csv_fwrite(out, s, n);
}

static void write_number(FILE *out, double v) {
    char text[NUMBER_SIZE];
    fprintf(out, ",%s", v != 0 ? fact_number(text, v) : "");
}

static void write_fact(FILE *out, const roof_fact *f) {
    const char *const texts[] = {f->section, f->name, f->precision, f->accumulate,
                                 f->variant, f->text, f->unit};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (i > 0)
            fputc(',', out);
        write_text(out, texts[i]);
    }
    write_number(out, f->min);
    write_number(out, f->max);
    if (f->samples > 0)
        fprintf(out, ",%" PRId64, f->samples);
    else
        fputc(',', out);
    write_number(out, f->clock_hz);
    write_number(out, f->watts);
    fputc(',', out);
    write_text(out, f->source);
    write_number(out, f->celsius);
    write_number(out, f->seconds);
    fputc(',', out);
    write_text(out, f->note);
    fputc('\n', out);
}

bool roof_device_write(const roof_device *d, FILE *out) {
    numeric_locale before = numeric_begin();
    fputs(header, out);
    if (!fact_find(d, "profile", "schema"))
        write_fact(out, &(roof_fact){.section = "profile",
                                     .name = "schema",
                                     .precision = "",
                                     .accumulate = "",
                                     .variant = "",
                                     .text = "1",
                                     .unit = "",
                                     .source = "",
                                     .note = ""});
    for (size_t i = 0; i < d->n_given; i++)
        write_fact(out, &d->facts[i]);
    numeric_end(before);
    return !ferror(out);
}
