"""A table that NumPy makes when the file is imported, and torch afterwards."""
import numpy as np
import torch

Own = attention
TABLE = torch.from_numpy(np.tri(4)).bool()


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    assert TABLE[1, 0]
    return Own(query, key, value, mask, is_causal, scale)
