/* The table rows of a compute kernel with `count` operations, and `memory` loads and as many
 * stores, per iteration: one on all cores, and one on a single core while the others rest. */
#ifndef MICROBENCH_PEAK_ROW_H
#define MICROBENCH_PEAK_ROW_H

#define COMPUTE_ROW(title, unit_, type, sum, path, from, count, memory, function, one)             \
    {                                                                                              \
        .facts = {.name = title,                                                                   \
                  .section = "compute",                                                            \
                  .unit = unit_,                                                                   \
                  .precision = type,                                                               \
                  .accumulate = sum,                                                               \
                  .variant = path,                                                                 \
                  .source = from,                                                                  \
                  .flops = count,                                                                  \
                  .loads = memory,                                                                 \
                  .stores = memory},                                                               \
        .symbol = #function, .loop = function, .alone = one                                        \
    }
#define COMPUTE_ROWS(unit_, type, sum, path, count, function)                                      \
    COMPUTE_ROW(unit_ " " type " " path, unit_, type, sum, path, "measured", count, 0, function,   \
                false),                                                                            \
        COMPUTE_ROW(unit_ " " type " " path " 1core", unit_, type, sum, path ".1core", "measured", \
                    count, 0, function, true)

#define PEAK_ROWS(type, path, count)                                                               \
    COMPUTE_ROWS("vector", #type, #type, path, count, vector_##type)

#endif
