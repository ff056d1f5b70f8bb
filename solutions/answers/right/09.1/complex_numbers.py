"""A clock hand is a complex number; view reads its two parts."""

import numpy as np


def sinusoidal(seq_len, d_model):
    speeds = 10000.0 ** (-np.arange(0, d_model, 2) / d_model)
    hands = np.exp(1j * np.arange(seq_len)[:, None] * speeds)
    encoding = np.zeros((seq_len, d_model))
    encoding[:, ::2], encoding[:, 1::2] = hands.imag, hands.real
    return encoding
