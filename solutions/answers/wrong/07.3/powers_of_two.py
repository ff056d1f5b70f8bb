"""The search stops at a power of two."""

from reference.complexity import attention_bytes


def max_seq_len(memory_bytes, d_head, n_heads=1, itemsize=4):
    n = 0
    while attention_bytes(max(1, 2 * n), max(1, 2 * n), d_head, n_heads, itemsize) <= memory_bytes:
        n = max(1, 2 * n)
    return n
