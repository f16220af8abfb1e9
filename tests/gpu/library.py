"""What NVIDIA's library reaches on the same GPU, for comparison: matrix products of random numbers (and
of zeros, which take less power) through torch, and a copy. Prints CSV: what, best and median."""
import statistics
import sys

import torch

SIZE = 8192
RUNS = 20


def seconds(work):
    """Of each of several runs, by the GPU's own clock, after half a second of warming up."""
    begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    warm = 0.0
    times = []
    while warm < 0.5 or len(times) < RUNS:
        begin.record()
        work()
        end.record()
        end.synchronize()
        last = begin.elapsed_time(end) / 1e3
        warm += last
        if warm >= 0.5:
            times.append(last)
    return times


def report(what, amount, work):
    try:
        times = seconds(work)
    except (RuntimeError, NotImplementedError, AttributeError) as error:
        print(f"{what},,,{str(error).splitlines()[0]}")
        return
    print(f"{what},{amount / min(times) / 1e12:.4g},{amount / statistics.median(times) / 1e12:.4g},")


def scaled(a, b):
    one = torch.ones((), device="cuda")
    return lambda: torch._scaled_mm(a, b.t(), scale_a=one, scale_b=one, out_dtype=torch.bfloat16)


def ordinal(which):
    """Of a GPU that is named by its number or by the beginning of its UUID."""
    if len(which) < 4 and which.isdigit():
        return int(which)
    begin = which.lower().removeprefix("gpu-")
    gpus = range(torch.cuda.device_count())
    return next(i for i in gpus if str(torch.cuda.get_device_properties(i).uuid).startswith(begin))


def main():
    torch.cuda.set_device(ordinal(sys.argv[1]))
    flops = 2 * SIZE**3
    print("what,best,median,error")
    for name, dtype, tf32 in (("fp64", torch.float64, False), ("fp32", torch.float32, False),
                              ("tf32", torch.float32, True), ("fp16", torch.float16, False),
                              ("bf16", torch.bfloat16, False)):
        torch.backends.cuda.matmul.allow_tf32 = tf32
        a, b = (torch.randn(SIZE, SIZE, device="cuda", dtype=dtype) for _ in range(2))
        report(f"matmul {name}", flops, lambda: a @ b)
        a, b = torch.zeros_like(a), torch.zeros_like(b)
        report(f"matmul {name} zeros", flops, lambda: a @ b)
    if hasattr(torch, "float8_e4m3fn") and hasattr(torch, "_scaled_mm"):
        a, b = (torch.randn(SIZE, SIZE, device="cuda").to(torch.float8_e4m3fn) for _ in range(2))
        report("matmul fp8", flops, scaled(a, b))
    a, b = (torch.randint(-127, 128, (SIZE, SIZE), device="cuda", dtype=torch.int8) for _ in range(2))
    report("matmul int8", flops, lambda: torch._int_mm(a, b.t()))
    a = torch.rand(1 << 30, device="cuda")
    b = torch.empty_like(a)
    report("copy", 2 * a.numel() * a.element_size(), lambda: b.copy_(a))


main()
