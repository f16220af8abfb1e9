/* The table row of a vector peak: `flops` per iteration. */
#ifndef MICROBENCH_PEAK_ROW_H
#define MICROBENCH_PEAK_ROW_H

#define PEAK_ROW(type, isa, count)                                                                 \
    {                                                                                              \
        .facts = {.name = "vector " #type " " isa,                                                 \
                  .section = "compute",                                                            \
                  .unit = "vector",                                                                \
                  .precision = #type,                                                              \
                  .accumulate = #type,                                                             \
                  .variant = isa,                                                                  \
                  .source = "measured",                                                            \
                  .flops = count},                                                                 \
        .symbol = "vector_" #type, .loop = vector_##type                                           \
    }

#endif
