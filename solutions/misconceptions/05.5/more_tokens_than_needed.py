"""It is exposed, by more than one token. Does the suspect mix tokens at all?"""

import numpy as np


def expose_split_heads():
    return np.arange(8.0).reshape(2, 4), 2
