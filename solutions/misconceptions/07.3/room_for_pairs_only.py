"""max_seq_len left the vectors out of its sum. They take room as well."""

import math

from reference.complexity import attention_bytes


def max_seq_len(memory_bytes, d_head, n_heads=1, itemsize=4):
    return math.isqrt(memory_bytes // (2 * itemsize * n_heads))
