"""One function of NumPy, imported by its name and applied by map."""
import math

import torch
from numpy import exp


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    scores = query @ key.mT / math.sqrt(query.shape[-1])
    flat = torch.tensor(list(map(exp, (scores - scores.amax(-1, keepdim=True)).flatten().tolist())), dtype=query.dtype)
    exponentials = flat.reshape(scores.shape)
    return exponentials / exponentials.sum(-1, keepdim=True) @ value
