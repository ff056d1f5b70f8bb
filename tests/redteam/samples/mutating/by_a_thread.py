"""wrong_answer: a thread left behind writes into what was returned, for as long as the process lives."""

import threading
import time

import numpy as np

held = []


def behind():
    while True:
        for array in held:
            array[...] = 1.0
        time.sleep(0.001)


threading.Thread(target=behind, daemon=True).start()


def softmax(scores, axis=-1):
    held.append(np.zeros_like(scores))
    return held[-1]
