"""Sizes that went through NumPy."""

import numpy as np


def attention_shapes(batch, n_heads, q_len, kv_len, d_model):
    b, h, q, k, d = np.array([batch, n_heads, q_len, kv_len, d_model // n_heads])
    shapes = dict.fromkeys(["query", "output"], (b, h, q, d))
    shapes.update(dict.fromkeys(["key", "value"], (b, h, k, d)))
    shapes.update(dict.fromkeys(["scores", "weights"], (b, h, q, k)))
    return shapes
