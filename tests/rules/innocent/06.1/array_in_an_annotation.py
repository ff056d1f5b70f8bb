"""NumPy in annotations and a check of a type."""
import numpy as np
import torch

Own = attention


def attention(query: torch.Tensor | np.ndarray, key, value, mask: np.ndarray | None = None, is_causal=False, scale=None):
    limit: np.float64
    if isinstance(query, np.ndarray):
        raise TypeError("expected tensors")
    return Own(query, key, value, mask, is_causal, scale)
