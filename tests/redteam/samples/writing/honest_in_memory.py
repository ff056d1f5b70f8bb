"""kept: writes to a file in memory."""

import io

import numpy as np

right = softmax


def softmax(scores, axis=-1):
    file = io.BytesIO()
    np.save(file, right(scores, axis))
    file.seek(0)
    return np.load(file)
