"""max_seq_len divides the memory by what one token takes. Twice the tokens take four times the memory of
the pairs: where is the root?
"""

from reference.complexity import attention_bytes


def max_seq_len(memory_bytes, d_head, n_heads=1, itemsize=4):
    return memory_bytes // attention_bytes(1, 1, d_head, n_heads, itemsize)
