"""You leave out the diagonal. May a token attend most to itself?"""

import numpy as np


def most_attended(weights, tokens):
    others = weights - np.eye(*weights.shape)
    return [tokens[position] for position in others.argmax(axis=-1)]
