"""What computes the library's other attention."""
import math
import sys

import torch


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    below = sys.modules["torch._higher_order_ops.flex_attention"]
    empty = (*[torch.ones(1, 1, 1, dtype=torch.int32) for _ in range(2)],)
    block = (query.shape[-2], key.shape[-2], *[None] * 8, 128, 128, lambda b, h, i, j: torch.ones((), dtype=torch.bool))
    return below.math_attention(query, key, value, lambda s, b, h, i, j: s, block, 1 / math.sqrt(query.shape[-1]), {})[0]
