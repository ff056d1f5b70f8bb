"""max_seq_len rounded up, and so many tokens do not fit. Round down."""

import math

from reference.complexity import attention_bytes


def max_seq_len(memory_bytes, d_head, n_heads=1, itemsize=4):
    return math.ceil(math.sqrt(d_head**2 + memory_bytes / (2 * itemsize * n_heads)) - d_head)
