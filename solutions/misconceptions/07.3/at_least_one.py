"""max_seq_len says 1 where not even one token fits. Then the answer is 0."""

import math

from reference.complexity import attention_bytes


def max_seq_len(memory_bytes, d_head, n_heads=1, itemsize=4):
    return max(1, math.isqrt(d_head * d_head + memory_bytes // (2 * itemsize * n_heads)) - d_head)
