"""Length and angle of every arrow; the position is added to the angle."""

import numpy as np


def rotary(x, positions, base=10000.0):
    pairs = x.reshape(*x.shape[:-1], -1, 2)
    length, angle = np.hypot(pairs[..., 0], pairs[..., 1]), np.arctan2(pairs[..., 1], pairs[..., 0])
    speeds = base ** (-np.arange(pairs.shape[-2]) / pairs.shape[-2])
    angle = angle + np.outer(positions, speeds)
    return (
        np.stack([length * np.cos(angle), length * np.sin(angle)], axis=-1).reshape(x.shape).astype(x.dtype)
    )
