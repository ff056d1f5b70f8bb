"""Each row is the one before, turned a little further."""

import numpy as np


def sinusoidal(seq_len, d_model):
    turn = np.exp(1j / 10000 ** (np.arange(0, d_model, 2) / d_model))
    hands = [np.ones(d_model // 2, complex)]
    while len(hands) < seq_len:
        hands.append(hands[-1] * turn)
    return np.array([[part for hand in row.tolist() for part in (hand.imag, hand.real)] for row in hands])
