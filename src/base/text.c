#include "base/text.h"
#include "base/numeric.h"
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* Decodes one UTF-8 sequence; returns its length, or 0 when it is invalid. */
static size_t decode_utf8(const unsigned char *s, uint32_t *code) {
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t n = s[0] < 0x80 ? 1 : s[0] >> 5 == 6 ? 2 : s[0] >> 4 == 14 ? 3 : s[0] >> 3 == 30 ? 4 : 0;
    if (n == 0)
        return 0;
    *code = n == 1 ? s[0] : s[0] & (0x7fu >> n);
    for (size_t i = 1; i < n; i++) {
        if (s[i] >> 6 != 2)
            return 0;
        *code = *code << 6 | (s[i] & 0x3fu);
    }
    bool surrogate = *code >= 0xd800 && *code < 0xe000;
    return *code < smallest[n] || *code > 0x10ffff || surrogate ? 0 : n;
}

/* Control characters, marks that change the direction or visibility of what follows, and codes that
 * are no characters, which XML does not allow. */
static bool is_unsafe(uint32_t c) {
    return (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef) || c < 0x20 ||
           (c >= 0x7f && c < 0xa0) || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
           c == 0x61c;
}

/* Writes the printable form of the next character of *s to out, moves on, and returns its bytes. */
static size_t next_printable(const char **s, char out[16]) {
    uint32_t code = 0;
    size_t n = decode_utf8((const unsigned char *)*s, &code);
    if (n == 0)
        return (size_t)snprintf(out, 16, "\\x%02x", (unsigned)(unsigned char)*(*s)++);
    const char *start = *s;
    *s += n;
    if (is_unsafe(code))
        return (size_t)snprintf(out, 16, code < 0x80 ? "\\x%02x" : "\\u{%x}", (unsigned)code);
    memcpy(out, start, n);
    return n;
}

char *text_printable(char *dst, size_t size, const char *s) {
    if (size == 0)
        return dst;
    size_t total = 0;
    char out[16];
    for (const char *p = s; *p;)
        total += next_printable(&p, out);
    /* When it does not fit, keep as much of the head and the tail as there is room for. */
    size_t room = size - 1;
    bool cut = total > room && room > 8;
    size_t head = cut ? (room - 3) / 2 : room;
    size_t tail = cut ? room - 3 - head : 0;
    size_t at = 0, used = 0;
    bool dots = false;
    for (const char *p = s; *p;) {
        size_t n = next_printable(&p, out);
        bool in_head = at + n <= head, in_tail = cut && at >= total - tail;
        if (cut && !in_head && !dots) {
            memcpy(dst + used, "...", 3);
            used += 3;
            dots = true;
        }
        if ((in_head && !dots) || in_tail) {
            memcpy(dst + used, out, n);
            used += n;
        }
        at += n;
    }
    dst[used] = '\0';
    return dst;
}

char *text_si(char *dst, size_t size, double value, const char *unit) {
    static const char *const prefixes[] = {"p", "n", "\u00b5", "m", "", "k",
                                           "M", "G", "T",      "P", "E"};
    enum { ONE = 4, LAST = 10 };
    if (!isfinite(value)) {
        snprintf(dst, size, "-");
        return dst;
    }
    int i = ONE;
    double v = value;
    while (fabs(v) >= 999.5 && i < LAST) {
        v /= 1000;
        i++;
    }
    while (v != 0 && fabs(v) < 0.9995 && i > 0) {
        v *= 1000;
        i--;
    }
    int digits = fabs(v) >= 99.95 || v == 0 ? 0 : fabs(v) >= 9.995 ? 1 : 2;
    const char *gap = *unit || i != ONE ? " " : "";
    if (fabs(v) >= 999.5 || (v != 0 && fabs(v) < 0.0995)) /* no prefix reaches that */
        snprintf(dst, size, "%.2e%s%s", value, *unit ? " " : "", unit);
    else
        snprintf(dst, size, "%.*f%s%s%s", digits, v, gap, prefixes[i], unit);
    return dst;
}

/* Wide characters of East Asian scripts and emoji, in the ranges that terminals agree on. */
static size_t code_width(uint32_t c) {
    if ((c >= 0x300 && c <= 0x36f) || (c >= 0x20d0 && c <= 0x20ff) || (c >= 0xfe00 && c <= 0xfe0f))
        return 0;
    bool wide = (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) ||
                (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
                (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
                (c >= 0x1f300 && c <= 0x1faff) || (c >= 0x20000 && c <= 0x3fffd);
    return wide ? 2 : 1;
}

size_t text_width(const char *s) {
    size_t width = 0;
    while (*s) {
        uint32_t code = 0;
        size_t n = decode_utf8((const unsigned char *)s, &code);
        width += n ? code_width(code) : 1;
        s += n ? n : 1;
    }
    return width;
}

size_t text_common(const char *const *texts, size_t n, char end) {
    size_t common = 0;
    for (size_t at = 0; n > 1 && texts[0][at]; at++) {
        for (size_t i = 1; i < n; i++)
            if (texts[i][at] != texts[0][at])
                return common;
        common = texts[0][at] == end ? at + 1 : common;
    }
    return common;
}

bool text_to_int(const char *s, int64_t *value) {
    char *end;
    errno = 0;
    long long v = strtoll(s, &end, 10);
    if (end == s || *end || errno || *s == ' ' || *s == '+')
        return false;
    *value = v;
    return true;
}

bool text_to_double(const char *s, double *value) {
    if (s[strspn(s, "+-.0123456789eE")]) /* strtod takes more than decimals */
        return false;
    numeric_locale numeric = numeric_begin();
    char *end;
    errno = 0;
    double v = strtod(s, &end);
    bool valid = end != s && !*end && !errno && isfinite(v);
    numeric_end(numeric);
    if (!valid)
        return false;
    *value = v;
    return true;
}

/* Edit distance of two short words (insert, delete, replace). */
static size_t distance(const char *a, const char *b) {
    enum { LONGEST = 48 };
    size_t n = strlen(b), row[LONGEST + 1];
    if (n > LONGEST || strlen(a) > LONGEST)
        return SIZE_MAX;
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 1; a[i - 1]; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            size_t replace = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            size_t shift = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            row[j] = replace < shift ? replace : shift;
        }
    }
    return row[n];
}

const char *text_nearest(const char *word, const char *const *candidates, size_t n) {
    const char *best = NULL;
    size_t least = strlen(word) / 3 + 2;
    for (size_t i = 0; i < n; i++) {
        size_t d = distance(word, candidates[i]);
        if (d < least) {
            least = d;
            best = candidates[i];
        }
    }
    return best;
}
