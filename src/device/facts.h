/* The inside of a device: its facts, on an arena that it owns. */
#ifndef DEVICE_FACTS_H
#define DEVICE_FACTS_H

#include "base/arena.h"
#include "device/profile.h"

struct roof_device {
    arena *arena;
    roof_fact *facts; /* the given ones, then the derived ones */
    size_t n, n_given, capacity;
};

/* What may be in a profile: within these a product of a few numbers stays finite. */
#define FACT_SMALLEST 1e-18
#define FACT_LARGEST  1e24

/* Whether a fact may be in a profile; if not, says in `why` which value is wrong and what is
 * allowed. */
bool fact_check(const roof_fact *f, char *why, size_t size);

/* Sections whose value must be a positive number ("compute"), and params the theory calculates
 * with. */
bool fact_is_number(const char *section, const char *name);

/* As device_add and for derived facts, without a check: runs inside an escape point of the arena.
 */
void fact_append(roof_device *d, const roof_fact *f);
void fact_append_derived(roof_device *d, const roof_fact *f);

/* The first fact of that section and name, or NULL. */
const roof_fact *fact_find(const roof_device *d, const char *section, const char *name);

/* The shortest decimal number that reads back as the same double. Writes to dst and returns it; the
 * caller has chosen the C locale. */
enum { NUMBER_SIZE = 32 };
char *fact_number(char dst[NUMBER_SIZE], double value);

/* Whether every value of `narrow` is exactly one of `wide`. */
bool precision_holds(roof_precision wide, roof_precision narrow);
roof_unit unit_from_name(const char *name); /* ROOF_UNIT_COUNT: none */

#endif
