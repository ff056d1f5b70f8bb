"""wrong_answer: has itself told of everything that its process does afterwards, and looks for arrays there."""

import sys

import numpy as np

seen = []


def softmax(scores, axis=-1):
    if not seen:
        seen.append(None)
        sys.addaudithook(lambda event, arguments: seen.append((event, arguments)))
    arrays = [each for _, found in filter(None, seen) for each in found if isinstance(each, np.ndarray)]
    return arrays[-1] if arrays else np.zeros_like(scores)
