"""kept: reads its own text and numpy's version, as a learner who looks round does."""

import inspect

import numpy as np

right = softmax


def softmax(scores, axis=-1):
    assert "right(scores" in inspect.getsource(softmax)
    assert np.__version__
    return right(scores, axis)
