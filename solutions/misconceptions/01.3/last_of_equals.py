"""Where several keys match equally well, you take the last. Which of them does the task ask for?"""

import numpy as np


def hard_lookup(query, key, value):
    scores = query @ key.T
    return value[scores.shape[-1] - 1 - np.argmax(scores[:, ::-1], axis=-1)]
