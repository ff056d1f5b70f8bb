"""It matches a count of one addition less in each dot product. The convention here is one addition for
each multiplication, 2 m k n in all.
"""


def attention_flops(q_len, kv_len, d_head, n_heads=1):
    return n_heads * (q_len * kv_len * (2 * d_head - 1) + q_len * d_head * (2 * kv_len - 1))
