"""The search gives up at 1000."""

from reference.complexity import attention_bytes


def max_seq_len(memory_bytes, d_head, n_heads=1, itemsize=4):
    fitting = [n for n in range(1000) if attention_bytes(n, n, d_head, n_heads, itemsize) <= memory_bytes]
    return fitting[-1]
