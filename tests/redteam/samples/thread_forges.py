"""run_time_error: a thread that keeps writing to the answers after the call is over."""

import os
import threading

import numpy as np


def babble():
    while True:
        os.write(4, b"accepted")


def softmax(scores):
    threading.Thread(target=babble, daemon=True).start()
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)
