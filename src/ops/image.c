/* ImageDecoder: decoding is opaque, but the header of an image that is known tells its size. */
#include "ops/op.h"
#include <ctype.h>
#include <string.h>

typedef struct extent {
    int64_t height, width;
} extent;

typedef enum order { LITTLE, BIG } order;

/* A number of 1 to 4 bytes, or -1 where they are not known. */
static int64_t number(const content *c, count at, int bytes, order o) {
    int64_t n = 0;
    for (int i = 0; i < bytes; i++) {
        int64_t byte;
        if (!content_int(c, o == BIG ? at + i : at + bytes - 1 - i, &byte))
            return -1;
        n = n << 8 | (byte & 0xff);
    }
    return n;
}

static bool has_text(const content *c, count at, const char *text, int n) {
    for (int i = 0; i < n; i++)
        if (number(c, at + i, 1, BIG) != (unsigned char)text[i])
            return false;
    return true;
}

/* --- formats: each false when the content is not in it, or too short --- */

static bool read_png(const content *c, extent *e) {
    e->width = number(c, 16, 4, BIG);
    e->height = number(c, 20, 4, BIG);
    return has_text(c, 0, "\x89PNG\r\n\x1a\n", 8);
}

/* A negative height means that rows come from the top. */
static bool read_bmp(const content *c, extent *e) {
    int bytes = number(c, 14, 4, LITTLE) == 12 ? 2 : 4;
    e->width = number(c, 18, bytes, LITTLE);
    e->height = number(c, 18 + bytes, bytes, LITTLE);
    if (e->height > INT32_MAX)
        e->height = (INT64_C(1) << 32) - e->height;
    return has_text(c, 0, "BM", 2);
}

/* The size is in the first frame header, C0 to CF but for three of them. */
static bool read_jpeg(const content *c, extent *e) {
    count at = 2;
    if (!has_text(c, 0, "\xff\xd8", 2))
        return false;
    while (number(c, at, 1, BIG) == 0xff) {
        int64_t marker = number(c, at + 1, 1, BIG), length = number(c, at + 2, 2, BIG);
        bool is_frame =
            marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
        if (is_frame) {
            e->height = number(c, at + 5, 2, BIG);
            e->width = number(c, at + 7, 2, BIG);
            return true;
        }
        if (marker == 0xff)
            at++; /* padding */
        else if (length < 2)
            return false;
        else
            at += 2 + length;
    }
    return false;
}

/* Boxes of a JP2 file: jp2h holds ihdr. */
static bool read_jp2(const content *c, extent *e) {
    count at = 0;
    if (!has_text(c, 4, "jP  ", 4))
        return false;
    while (!has_text(c, at + 4, "ihdr", 4)) {
        int64_t length = number(c, at, 4, BIG);
        if (length < 8)
            return false;
        at += has_text(c, at + 4, "jp2h", 4) ? 8 : length;
    }
    e->height = number(c, at + 8, 4, BIG);
    e->width = number(c, at + 12, 4, BIG);
    return true;
}

/* A bare JPEG 2000 code stream: the image lies on a grid from an offset on. */
static bool read_jpeg2000(const content *c, extent *e) {
    e->width = number(c, 8, 4, BIG) - number(c, 16, 4, BIG);
    e->height = number(c, 12, 4, BIG) - number(c, 20, 4, BIG);
    return has_text(c, 0, "\xff\x4f\xff\x51", 4);
}

/* Width and height are entries 256 and 257 of the first directory. */
static bool read_tiff(const content *c, extent *e) {
    enum { WIDTH = 256, HEIGHT = 257, SHORT = 3 };
    bool is_big = has_text(c, 0, "MM\0*", 4);
    order o = is_big ? BIG : LITTLE;
    if (!is_big && !has_text(c, 0, "II*\0", 4))
        return false;
    count at = number(c, 4, 4, o);
    int64_t entries = number(c, at, 2, o);
    e->width = e->height = -1;
    for (int64_t i = 0; i < entries; i++) {
        count entry = at + 2 + 12 * i;
        int64_t tag = number(c, entry, 2, o);
        int64_t v = number(c, entry + 8, number(c, entry + 2, 2, o) == SHORT ? 2 : 4, o);
        if (tag == WIDTH)
            e->width = v;
        if (tag == HEIGHT)
            e->height = v;
    }
    return true;
}

/* Lossy, lossless, and extended files. */
static bool read_webp(const content *c, extent *e) {
    enum { SIZE_MASK = 0x3fff };
    int64_t lossless = number(c, 21, 4, LITTLE);
    if (!has_text(c, 0, "RIFF", 4) || !has_text(c, 8, "WEBP", 4))
        return false;
    e->width = e->height = -1;
    if (has_text(c, 12, "VP8X", 4)) {
        e->width = number(c, 24, 3, LITTLE) + 1;
        e->height = number(c, 27, 3, LITTLE) + 1;
    } else if (has_text(c, 12, "VP8L", 4) && lossless >= 0) {
        e->width = (lossless & SIZE_MASK) + 1;
        e->height = (lossless >> 14 & SIZE_MASK) + 1;
    } else if (has_text(c, 12, "VP8 ", 4) && number(c, 28, 2, LITTLE) >= 0) {
        e->width = number(c, 26, 2, LITTLE) & SIZE_MASK;
        e->height = number(c, 28, 2, LITTLE) & SIZE_MASK;
    }
    return true;
}

/* A decimal number of a portable map, after blanks and comments. */
static int64_t read_decimal(const content *c, count *at) {
    enum { LARGEST = 1 << 24 };
    int64_t n = 0, byte = number(c, *at, 1, BIG);
    for (bool comment = false; byte >= 0 && (comment || byte == '#' || isspace((int)byte));) {
        comment = byte == '#' || (comment && byte != '\n');
        byte = number(c, ++*at, 1, BIG);
    }
    if (byte < '0' || byte > '9')
        return -1;
    for (; byte >= '0' && byte <= '9' && n < LARGEST; byte = number(c, ++*at, 1, BIG))
        n = n * 10 + byte - '0';
    return n;
}

static bool read_portable(const content *c, extent *e) {
    int64_t variant = number(c, 1, 1, BIG);
    count at = 2;
    if (!has_text(c, 0, "P", 1) || variant < '1' || variant > '6')
        return false;
    e->width = read_decimal(c, &at);
    e->height = read_decimal(c, &at);
    return true;
}

/* --- ImageDecoder --- */

/* What is damaged or of another format has no known size. */
static extent size_of(const content *c) {
    static bool (*const formats[])(const content *c, extent *e) = {
        read_png, read_bmp, read_jpeg, read_jp2, read_jpeg2000, read_tiff, read_webp, read_portable,
    };
    extent e;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (formats[i](c, &e))
            return e.height > 0 && e.width > 0 ? e : (extent){UNKNOWN, UNKNOWN};
    return (extent){UNKNOWN, UNKNOWN};
}

static void infer_image(site *s) {
    bool is_gray = !strcmp(site_string(s, "pixel_format", "RGB"), "Grayscale");
    extent e = size_of(site_content(s, 0));
    out_tensor(s, 0, DT_UINT8, 3, (count[]){e.height, e.width, is_gray ? 1 : 3});
}

static void cost_image(site *s, work *w) {
    w->is_unknown = true;
    work_note(s, w, "decoding images is not counted");
}

const op_def ops_image[] = {
    {.domain = "",
     .name = "ImageDecoder",
     .since = 20,
     .kind = OP_OPAQUE,
     .family = FAMILY_OTHER,
     .infer = infer_image,
     .cost = cost_image,
     .rule = "unknown: decoding is opaque"},
    {0},
};
