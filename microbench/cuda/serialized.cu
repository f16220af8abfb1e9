/* Not a kernel of the program: one that the build must refuse. Its accumulators are touched while
 * the matrix unit adds to them, so that the assembler makes instructions wait for each other
 * (C7510) and only remarks on it. */
extern "C" __global__ void serialized(float *out, unsigned long long a, unsigned long long b,
                                      int n) {
    float d[4] = {0, 0, 0, 0};
    asm volatile("wgmma.fence.sync.aligned;" ::: "memory");
    for (int i = 0; i < n; i++) {
        asm volatile(
            "wgmma.mma_async.sync.aligned.m64n8k16.f32.f16.f16 {%0, %1, %2, %3}, %4, %5, 1, "
            "1, 1, 0, 0;"
            : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
            : "l"(a), "l"(b));
        asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory");
        d[0] += 1;
    }
    asm volatile("wgmma.wait_group.sync.aligned 0;" ::: "memory");
    for (int i = 0; i < 4; i++)
        out[i * blockDim.x + threadIdx.x] = d[i];
}
