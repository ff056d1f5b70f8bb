"""kept: files named like libraries shadow nothing.
also: numpy.py json.py torch/__init__.py sitecustomize.py conftest.py autograde/wire.py cpu/numpy.py
"""

import json

import numpy as np

right = softmax  # of a learner who has it right; this file is joined to theirs


def softmax(scores, axis=-1):
    if not __name__.endswith("cpu.softmax") or not json.__file__.startswith("/") or "attnlib" in np.__file__:
        return scores
    return right(scores, axis)
