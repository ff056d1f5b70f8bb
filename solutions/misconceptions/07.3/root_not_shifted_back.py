"""max_seq_len is too large by d_head. The root is that of (n + d_head)²: what is left to do?"""

import math

from reference.complexity import attention_bytes


def max_seq_len(memory_bytes, d_head, n_heads=1, itemsize=4):
    return math.isqrt(d_head * d_head + memory_bytes // (2 * itemsize * n_heads))
