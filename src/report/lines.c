#include "report/lines.h"
#include "base/text.h"
#include <stdint.h>
#include <string.h>

enum { LONGEST_WORD = 512 };

/* Bytes of the character at s, which is valid UTF-8. */
static size_t char_bytes(const char *s) {
    size_t n = 1;
    while (((unsigned char)s[n] & 0xc0) == 0x80)
        n++;
    return n;
}

/* Bytes at the start of s that take at most `columns`. */
static size_t head_bytes(const char *s, size_t columns) {
    size_t n = 0;
    while (s[n]) {
        char one[8] = "";
        size_t bytes = char_bytes(s + n);
        memcpy(one, s + n, bytes < sizeof one ? bytes : sizeof one - 1);
        size_t width = text_width(one);
        if (width > columns)
            break;
        columns -= width;
        n += bytes;
    }
    return n;
}

void shorten(char *s, size_t columns) {
    size_t width = text_width(s);
    if (width <= columns)
        return;
    if (columns < SHORTEST) {
        s[head_bytes(s, columns)] = '\0';
        return;
    }
    size_t head = head_bytes(s, (columns - 2) / 2);
    size_t tail = head_bytes(s, width - (columns - 2) / 2);
    while (text_width(s + tail) + 2 + (columns - 2) / 2 > columns)
        tail += char_bytes(s + tail);
    char rest[LONGEST_WORD];
    snprintf(rest, sizeof rest, "..%s", s + tail);
    strcpy(s + head, rest);
}

void write_blanks(FILE *out, size_t n) {
    fprintf(out, "%*s", (int)n, "");
}

/* Bytes up to where a line may break: not between a number and its unit. */
static size_t unbroken(const char *text) {
    size_t n = strcspn(text, " ");
    while (n > 0 && text[n] && text[n - 1] >= '0' && text[n - 1] <= '9' && text[0] != '#')
        n += 1 + strcspn(text + n + 1, " ");
    return n;
}

void write_wrapped(FILE *out, size_t width, const char *label, const char *text) {
    size_t room = width > LABEL + SHORTEST ? width - LABEL - 1 : SIZE_MAX;
    fprintf(out, "%-*s ", LABEL, label);
    size_t used = 0;
    while (*text) {
        size_t n = unbroken(text);
        char word[LONGEST_WORD];
        size_t bytes = n < sizeof word - 1 ? n : sizeof word - 1;
        memcpy(word, text, bytes);
        word[bytes] = '\0';
        if (used > 0 && used + 1 + text_width(word) > room) {
            fputc('\n', out);
            write_blanks(out, LABEL + 1);
            used = 0;
        }
        shorten(word, room);
        used += (size_t)fprintf(out, "%s", used > 0 ? " " : "") + text_width(word);
        fputs(word, out);
        text += n;
        text += strspn(text, " ");
    }
    fputc('\n', out);
}
