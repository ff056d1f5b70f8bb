"""One product with all weights side by side, then cut apart."""

import numpy as np


def query_key_value(x, w_query, w_key, w_value):
    wide = x @ np.concatenate([w_query, w_key, w_value], axis=1)
    d_head = w_query.shape[1]
    return np.split(wide, [d_head, 2 * d_head], axis=-1)
