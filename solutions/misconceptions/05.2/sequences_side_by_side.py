"""What was put side by side are the parts along the first axis. In a batch these are its sentences: the heads
stand third from the end.
"""

import numpy as np


def merge_heads(x):
    return np.concatenate(list(x), axis=-1)
