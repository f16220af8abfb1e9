/* The loop of products that are added to accumulators, written once for all instruction sets that
 * have no other form of it. Included once per kernel, with these defined (and undefined again here,
 * but for CHAINS, REPEAT and REGISTER):
 *
 *     NAME, VECTOR, LANES_BYTES    of the function, of a register, its bytes
 *     FACTORS                      the member of cpu_work with its factors
 *     STARTS                       the member with what its accumulators start from
 *     CHAINS, REPEAT               how many accumulators, and REPEAT_<CHAINS>
 *     LOAD, STORE                  of a register
 *     REGISTER                     the constraint of a register in assembly
 *     INSTRUCTION                  accumulator %0, factors %1 and %2
 *
 * Every other step adds the negated product of the one before, so accumulators neither overflow nor
 * end alike; the factors are random, and neighbouring chains do not share both. */
static void NAME(cpu_work *work, int64_t iterations) {
    const char *start = (const char *)work->STARTS;
    const VECTOR left[2] = {LOAD(work->FACTORS.left[0]), LOAD(work->FACTORS.left[1])};
    const VECTOR right = LOAD(work->FACTORS.right), back = LOAD(work->FACTORS.back);
    VECTOR chain[CHAINS];

#define STEP(k, factor)                                                                            \
    __asm__ volatile(INSTRUCTION                                                                   \
                     : "+" REGISTER(chain[k])                                                      \
                     : REGISTER(left[k / 2 % 2]), REGISTER(factor));
#define START(k)  chain[k] = LOAD(start + k * (LANES_BYTES / 2));
#define FINISH(k) STORE(work->result + k * LANES_BYTES, chain[k]);
#define THERE(k)  STEP(k, right)
#define BACK(k)   STEP(k, back)
    REPEAT(START)
    for (int64_t i = 0; i < iterations; i++) {
        REPEAT(THERE)
        REPEAT(BACK)
    }
    REPEAT(FINISH)
#undef STEP
#undef START
#undef FINISH
#undef THERE
#undef BACK
}
#undef NAME
#undef VECTOR
#undef LANES_BYTES
#undef FACTORS
#undef STARTS
#undef LOAD
#undef STORE
#undef INSTRUCTION
