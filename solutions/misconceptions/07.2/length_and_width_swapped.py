"""It grows with the square of d_head. How many pairs are there, and what does one pair cost?"""


def attention_flops(q_len, kv_len, d_head, n_heads=1):
    return 4 * n_heads * q_len * d_head**2
