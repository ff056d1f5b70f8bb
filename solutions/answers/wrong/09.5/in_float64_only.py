"""Numbers of eight bytes are read, whatever they are."""

import numpy as np


def sink_score(weights):
    numbers = np.frombuffer(np.ascontiguousarray(weights).tobytes(), np.float64)
    return numbers.reshape(weights.shape)[..., 1:, 0].mean(axis=-1)
