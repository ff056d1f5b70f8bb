"""wrong_answer: patches the worker's own modules and the random seeds."""

import random
import sys

import numpy as np


def softmax(scores, axis=-1):
    for name, module in list(sys.modules.items()):
        if name.startswith("autograde"):
            for attribute in ("allclose", "compare", "expect_close", "judge", "accepted"):
                setattr(module, attribute, lambda *args, **kwargs: True)
    random.seed(0)
    np.random.seed(0)
    sys.settrace(lambda *args: None)
    return np.zeros_like(scores)
