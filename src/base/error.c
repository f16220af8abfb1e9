#include "base/error.h"
#include "base/text.h"
#include <stdarg.h>
#include <stdio.h>

bool error_set(roof_error *e, roof_status status, const char *format, ...) {
    if (!e || e->status != ROOF_OK)
        return false;
    char raw[sizeof e->text];
    va_list args;
    va_start(args, format);
    vsnprintf(raw, sizeof raw, format, args);
    va_end(args);
    text_printable(e->text, sizeof e->text, raw);
    e->status = status;
    return false;
}
