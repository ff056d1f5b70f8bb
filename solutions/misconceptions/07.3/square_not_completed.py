"""max_seq_len subtracts d_head at the end, and nothing was added for it under the root. Both sides get
d_head², so that the left one is a square.
"""

import math

from reference.complexity import attention_bytes


def max_seq_len(memory_bytes, d_head, n_heads=1, itemsize=4):
    return max(0, math.isqrt(memory_bytes // (2 * itemsize * n_heads)) - d_head)
