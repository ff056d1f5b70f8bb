"""max_seq_len returned the first length that does not fit. One less is the answer."""

import math

from reference.complexity import attention_bytes


def max_seq_len(memory_bytes, d_head, n_heads=1, itemsize=4):
    n = math.isqrt(d_head * d_head + memory_bytes // (2 * itemsize * n_heads)) - d_head
    return n + 1
