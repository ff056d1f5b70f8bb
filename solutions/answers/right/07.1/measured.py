"""Makes the arrays and asks for their shapes."""

import numpy as np


def attention_shapes(batch, n_heads, q_len, kv_len, d_model):
    query = np.zeros((batch, n_heads, q_len, d_model // n_heads))
    key = np.zeros((batch, n_heads, kv_len, d_model // n_heads))
    scores = query @ np.swapaxes(key, -1, -2)
    arrays = {"query": query, "key": key, "value": key, "scores": scores, "weights": scores}
    return {name: array.shape for name, array in arrays.items()} | {"output": (scores @ key).shape}
