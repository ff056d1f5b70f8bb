"""With is_causal your output is the same as without."""

import math


def flash_attention(query, key, value, is_causal=False):
    scores = query.float() @ key.float().mT / math.sqrt(query.shape[-1])
    return (scores.softmax(dim=-1) @ value.float()).to(query.dtype), scores.logsumexp(dim=-1)
