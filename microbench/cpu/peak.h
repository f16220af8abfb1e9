/* The loop of a vector peak, written once for all instruction sets. Included once per precision,
 * with these defined (and undefined again here):
 *
 *     NAME, ELEMENT, VECTOR    of the function, of its numbers, of a register of them
 *     OPERANDS                 the member of cpu_work with such numbers
 *     CHAINS, REPEAT           how many accumulators, and REPEAT_<CHAINS> (kept defined)
 *     LOAD, STORE, BROADCAST   of a register
 *     THERE(k), BACK(k)        one step of chain[k] with `scale` and `shift`, and the step that
 *                              undoes it with `unscale` and `unshift`
 *
 * As every other step undoes the one before, each chain keeps its own random number for ever: no
 * overflow, no convergence to one value, no zeros. (A chip multiplies equal operands with less
 * power and so at a higher clock than real ones.) The steps are inline assembly, so that the
 * compiler can neither merge nor reorder them into one another. */
static void NAME(cpu_work *work, int64_t iterations) {
    const ELEMENT *in = (const ELEMENT *)(const void *)work->OPERANDS;
    ELEMENT *out = (ELEMENT *)(void *)work->result;
    enum { LANES = sizeof(VECTOR) / sizeof(ELEMENT) };
    const ELEMENT factor = in[0], term = in[1];
    const VECTOR scale = BROADCAST(factor), shift = BROADCAST(term);
    const VECTOR unscale = BROADCAST(1 / factor), unshift = BROADCAST(-term / factor);
    VECTOR chain[CHAINS];
    (void)unscale, (void)unshift; /* some instruction sets step back by subtracting */

#define START(k)  chain[k] = LOAD(in + k * (LANES / 2));
#define FINISH(k) STORE(out + k * LANES, chain[k]);
    REPEAT(START)
    for (int64_t i = 0; i < iterations; i++) {
        REPEAT(THERE)
        REPEAT(BACK)
    }
    REPEAT(FINISH)
#undef START
#undef FINISH
}
#undef NAME
#undef ELEMENT
#undef OPERANDS
#undef VECTOR
#undef LOAD
#undef STORE
#undef BROADCAST
#undef THERE
#undef BACK
