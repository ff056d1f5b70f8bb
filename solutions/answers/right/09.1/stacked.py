"""Pairs on an axis of their own, then flattened."""

import numpy as np


def sinusoidal(seq_len, d_model):
    angles = np.outer(np.arange(seq_len), np.exp(-np.log(10000.0) * np.arange(0, d_model, 2) / d_model))
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(seq_len, d_model)
