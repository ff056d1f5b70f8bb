"""A number of sixteen bits ends at 32,767."""

import numpy as np


def count_pairs(seq_len):
    return int(np.full(seq_len, seq_len, dtype=np.int16).sum(dtype=np.int16))
