"""As in picoGPT: the heads are a list, put side by side."""

import numpy as np


def merge_heads(x):
    out_heads = [x[..., head, :, :] for head in range(x.shape[-3])]
    return np.concatenate(out_heads, axis=-1)
