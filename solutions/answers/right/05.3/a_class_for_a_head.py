"""An object for each head, with a softmax of its own."""

import numpy as np


class Head:
    def __init__(self, *weights):
        self.w_query, self.w_key, self.w_value = weights

    def __call__(self, x, source, mask):
        query, key = x @ self.w_query, source @ self.w_key
        scores = query @ np.moveaxis(key, -1, -2) * query.shape[-1] ** -0.5
        if mask is not None:
            scores = np.where(mask, scores, -np.inf)
        top = scores.max(axis=-1, keepdims=True)
        powers = np.exp(scores - np.where(np.isinf(top), 0.0, top))
        total = powers.sum(axis=-1, keepdims=True)
        return np.divide(powers, total, out=np.zeros_like(powers), where=total > 0) @ (source @ self.w_value)


def multi_head_attention(x, w_query, w_key, w_value, w_out, n_heads, mask=None, context=None):
    source = x if context is None else context
    shape = (*x.shape[:-2], n_heads, x.shape[-2], source.shape[-2])
    masks = np.broadcast_to(True if mask is None else mask, shape)
    cut = zip(*(np.split(weight, n_heads, axis=1) for weight in (w_query, w_key, w_value)), strict=True)
    found = [Head(*weights)(x, source, masks[..., h, :, :]) for h, weights in enumerate(cut)]
    return np.concatenate(found, axis=-1) @ w_out
