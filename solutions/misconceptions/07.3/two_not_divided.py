"""max_seq_len divides the memory by itemsize and n_heads. n² stands in the sum twice, for scores and for
weights: what else is to be divided by?
"""

import math

from reference.complexity import attention_bytes


def max_seq_len(memory_bytes, d_head, n_heads=1, itemsize=4):
    return math.isqrt(d_head * d_head + memory_bytes // (itemsize * n_heads)) - d_head
