"""The search ends at a quarter of a million tokens."""

from reference.complexity import attention_bytes


def max_seq_len(memory_bytes, d_head, n_heads=1, itemsize=4):
    low, high = 0, 2**18
    while low < high:
        mid = (low + high + 1) // 2
        low, high = (
            (mid, high)
            if attention_bytes(mid, mid, d_head, n_heads, itemsize) <= memory_bytes
            else (low, mid - 1)
        )
    return low
