"""Called in a thread of its own."""
from concurrent.futures import ThreadPoolExecutor

import torch.nn.functional as F


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(F.scaled_dot_product_attention, query, key, value).result()
