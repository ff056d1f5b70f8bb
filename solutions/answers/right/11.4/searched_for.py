"""The first scores that are drawn on which ranks and order differ."""

import numpy as np


def expose_chances():
    rng = np.random.default_rng(0)
    while True:
        scores = rng.normal(size=6)
        order = np.argsort(-scores)
        if (order.argsort()[order] == np.arange(6)).all() and order[0] != order.argsort()[0]:
            return scores, 1, "rank_for_token"
