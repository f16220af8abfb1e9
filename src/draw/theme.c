#include "draw/theme.h"

const theme theme_light = {
    .background = 0xffffff,
    .ink = 0x1a1a1a,
    .faint = 0x6b6b6b,
    .frame = 0x4a4f54,
    .grid = 0xe4e7ea,
    .roof = 0x33383d,
    .theory = 0x8a9096,
    .soft = 0xa8adb3,
    .families = {0x0072b2, 0xd55e00, 0xcc79a7, 0x009e73, 0xe69f00, 0x56b4e9, 0xb8a900, 0x882255,
                 0x5c5c5c, 0x6f4e37, 0x332288, 0x999999},
};

const theme theme_dark = {
    .background = 0x171b20,
    .ink = 0xe8ebee,
    .faint = 0x9aa4ae,
    .frame = 0x87919b,
    .grid = 0x2c333b,
    .roof = 0xd5dbe1,
    .theory = 0x87919b,
    .soft = 0x5b636c,
    .families = {0x3d9fe0, 0xf0772a, 0xdd93bd, 0x1fbf92, 0xf0b22e, 0x7cc9f4, 0xd3c52f, 0xc65a92,
                 0x9aa0a6, 0xb58a6c, 0x8a7ae0, 0xb9bec4},
};

unsigned theme_family(const theme *t, int index) {
    return t->families[index >= 0 && index < THEME_FAMILIES ? index : THEME_FAMILIES - 1];
}
