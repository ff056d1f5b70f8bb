"""accepted: a right answer, and a thread that spins on when the call is over."""

import threading

import numpy as np


def spin():
    while True:
        sum(range(1000))


def softmax(scores):
    threading.Thread(target=spin, daemon=True).start()
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)
