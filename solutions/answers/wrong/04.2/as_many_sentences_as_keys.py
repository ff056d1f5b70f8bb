"""Where there are as many sentences as keys, they change places in the padding mask."""

import numpy as np
from reference.cpu.attention import causal_mask as causal_mask


def padding_mask(lengths, kv_len):
    mask = np.arange(kv_len) < np.asarray(lengths)[:, None]
    return (mask.T if len(lengths) == kv_len else mask)[:, None]
