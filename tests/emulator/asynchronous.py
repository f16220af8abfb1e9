"""Instructions of units that work beside the threads, and what orders them."""

import barriers
import bulk
import tcgen05
import tensor
import wgmma


def fence_proxy(m, i, mask):
    """What these threads have written to shared memory, matrix units see after a barrier."""
    m.shared.fence(m.thread[mask], m.ticks())


def arrive_cluster(m, i, mask):
    """Threads wait right after, which is where they are counted."""
    m.whole_warps(mask)
    m.arrived |= mask


def check_over(m):
    """What the units hold when all threads have ended."""
    tensor.check_given_back(m)
    bulk.check_over(m)


BY_NAME = {"fence.proxy.async.shared::cta": fence_proxy, "barrier.cluster.arrive.release.aligned": arrive_cluster,
           **barriers.BY_NAME, **bulk.BY_NAME, **wgmma.BY_NAME, **tcgen05.BY_NAME}
PREFIXES = {"wgmma.mma_async.": wgmma.mma, "tcgen05.mma.": tcgen05.mma}


def find(i):
    for prefix, run in PREFIXES.items():
        if i.name.startswith(prefix):
            return run
    return BY_NAME.get(i.name)
