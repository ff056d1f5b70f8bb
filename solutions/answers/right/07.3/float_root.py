"""A root of floats, corrected."""


def attention_bytes(q_len, kv_len, d_head, n_heads=1, itemsize=4):
    arrays = [(q_len, d_head)] * 2 + [(kv_len, d_head)] * 2 + [(q_len, kv_len)] * 2
    return sum(itemsize * n_heads * rows * columns for rows, columns in arrays)


def max_seq_len(memory_bytes, d_head, n_heads=1, itemsize=4):
    n = int((d_head**2 + memory_bytes / (2 * itemsize * n_heads)) ** 0.5 - d_head) + 2
    while n > 0 and attention_bytes(n, n, d_head, n_heads, itemsize) > memory_bytes:
        n -= 1
    return n
