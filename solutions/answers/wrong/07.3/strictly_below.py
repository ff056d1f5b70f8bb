"""A memory that is filled exactly counts as too small."""

import math

from reference.complexity import attention_bytes


def max_seq_len(memory_bytes, d_head, n_heads=1, itemsize=4):
    return (
        math.isqrt(d_head * d_head + (memory_bytes - 1) // (2 * itemsize * n_heads)) - d_head
        if memory_bytes
        else 0
    )
