"""max_seq_len calls attention_bytes without n_heads and itemsize, and so gets the bytes of one float32 head.
Hand both on.
"""

from reference.complexity import attention_bytes


def max_seq_len(memory_bytes, d_head, n_heads=1, itemsize=4):
    low, high = 0, 1
    while attention_bytes(high, high, d_head) <= memory_bytes:
        high *= 2
    while high - low > 1:
        middle = (low + high) // 2
        fits = attention_bytes(middle, middle, d_head) <= memory_bytes
        low, high = (middle, high) if fits else (low, middle)
    return low
