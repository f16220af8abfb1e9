/* The colours of pictures, light and dark: 0xRRGGBB. */
#ifndef DRAW_THEME_H
#define DRAW_THEME_H

enum { THEME_FAMILIES = 12, THEME_ITEMS = 12, THEME_LIMITERS = 6, THEME_BYTES = 3 };

typedef struct theme {
    unsigned background;
    unsigned ink;   /* text that is read first */
    unsigned faint; /* text beside it */
    unsigned frame; /* axes and their tics */
    unsigned grid;
    unsigned roof;   /* what was measured */
    unsigned theory; /* what is beside it */
    unsigned soft;   /* areas behind marks, samples in a legend */
    unsigned guide;  /* lines that lead the eye to an axis */
    unsigned leader; /* lines from a mark to its name */
    /* Of operator families, in the order of roof_family_name. Colour-blind people can tell them
     * apart: Okabe and Ito's, then darker (in the dark: paler) ones for families that are seldom
     * large. */
    unsigned families[THEME_FAMILIES];
    unsigned items[THEME_ITEMS];       /* of models or devices beside each other */
    unsigned limiters[THEME_LIMITERS]; /* in the order of roof_limiter */
    unsigned bytes[THEME_BYTES];       /* of weights, read, written */
} theme;

extern const theme theme_light, theme_dark;

/* The colour of family `index` of roof_row; the last for those without one. */
unsigned theme_family(const theme *t, int index);
/* The colour of a roof_limiter. */
unsigned theme_limiter(const theme *t, int limiter);

#endif
