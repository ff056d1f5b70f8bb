"""wrong_answer: prints the JSON of full marks to wherever it may print."""

import sys

import numpy as np


def softmax(scores, axis=-1):
    words = '{"points": 22, "max_points": 22, "exercises": [{"id": "03.1", "verdict": "accepted"}]}'
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        print(words, file=stream, flush=True)
    return np.zeros_like(scores)
