/* The cores that this process may use, by hwloc. */
#include "calibrate/topology.h"
#include "base/error.h"
#include <hwloc.h>
#include <stdlib.h>

struct topology {
    hwloc_topology_t machine;
    int cores;
    hwloc_obj_t *core;       /* objects of the allowed cores */
    hwloc_bitmap_t *threads; /* of each, the one hardware thread to use */
};

/* One hardware thread per core: the peak of a core is reached by one, and two share its caches. */
static bool choose_threads(topology *t, hwloc_const_bitmap_t allowed) {
    int n = hwloc_get_nbobjs_by_type(t->machine, HWLOC_OBJ_CORE);
    /* machines that do not tell cores apart have only hardware threads */
    hwloc_obj_type_t type = n > 0 ? HWLOC_OBJ_CORE : HWLOC_OBJ_PU;
    n = hwloc_get_nbobjs_by_type(t->machine, type);
    t->core = calloc((size_t)(n > 0 ? n : 1), sizeof *t->core);
    t->threads = calloc((size_t)(n > 0 ? n : 1), sizeof *t->threads);
    if (!t->core || !t->threads)
        return false;
    for (int i = 0; i < n; i++) {
        hwloc_obj_t core = hwloc_get_obj_by_type(t->machine, type, (unsigned)i);
        if (!hwloc_bitmap_intersects(core->cpuset, allowed))
            continue;
        hwloc_bitmap_t one = hwloc_bitmap_alloc();
        if (!one)
            return false;
        hwloc_bitmap_and(one, core->cpuset, allowed);
        hwloc_bitmap_singlify(one);
        t->core[t->cores] = core;
        t->threads[t->cores++] = one;
    }
    return t->cores > 0;
}

/* Loads `machine` and picks the threads; takes over the allocation. */
static topology *load(topology *t) {
    hwloc_bitmap_t allowed = hwloc_bitmap_alloc();
    bool good = allowed && hwloc_topology_load(t->machine) == 0;
    if (good) {
        if (!hwloc_topology_is_thissystem(t->machine) ||
            hwloc_get_cpubind(t->machine, allowed, HWLOC_CPUBIND_THREAD) != 0)
            hwloc_bitmap_copy(allowed, hwloc_topology_get_allowed_cpuset(t->machine));
        good = choose_threads(t, allowed);
    }
    hwloc_bitmap_free(allowed);
    if (!good) {
        topology_close(t);
        return NULL;
    }
    return t;
}

static topology *begin(void) {
    topology *t = calloc(1, sizeof *t);
    if (t && hwloc_topology_init(&t->machine) != 0) {
        free(t);
        return NULL;
    }
    return t;
}

topology *topology_open(roof_error *e) {
    topology *t = begin();
    if (t)
        t = load(t);
    if (!t)
        error_set(e, ROOF_FAILED, "cannot tell which processor cores may be used");
    return t;
}

topology *topology_synthetic(const char *description) {
    topology *t = begin();
    if (t && hwloc_topology_set_synthetic(t->machine, description) != 0) {
        topology_close(t);
        return NULL;
    }
    return t ? load(t) : NULL;
}

void topology_close(topology *t) {
    if (!t)
        return;
    for (int i = 0; i < t->cores; i++)
        hwloc_bitmap_free(t->threads[i]);
    free(t->threads);
    free(t->core);
    hwloc_topology_destroy(t->machine);
    free(t);
}

int topology_cores(const topology *t) {
    return t->cores;
}

/* The data cache of a level above a core (0: the outermost), or NULL. */
static hwloc_obj_t cache_above(hwloc_obj_t core, unsigned level) {
    hwloc_obj_t last = NULL;
    for (hwloc_obj_t o = core; o; o = o->parent) {
        if (!hwloc_obj_type_is_dcache(o->type))
            continue;
        if (level && o->attr->cache.depth == level)
            return o;
        last = o;
    }
    return level ? NULL : last;
}

double topology_cache(const topology *t, int level, int n) {
    double sum = 0;
    hwloc_obj_t before = NULL;
    for (int i = 0; i < n && i < t->cores; i++) {
        hwloc_obj_t cache = cache_above(t->core[i], (unsigned)level);
        /* cores that share a cache follow one another */
        if (cache && cache != before)
            sum += (double)cache->attr->cache.size;
        before = cache;
    }
    return sum;
}

bool topology_bind(const topology *t, int i) {
    return hwloc_set_cpubind(t->machine, t->threads[i], HWLOC_CPUBIND_THREAD) == 0;
}
