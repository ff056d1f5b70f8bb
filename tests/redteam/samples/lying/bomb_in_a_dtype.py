"""wrong_answer: a dtype with metadata that would run code where somebody unpickled it, and wrong numbers."""

import numpy as np


class Bomb:
    def __reduce__(self):
        return exec, ("open('/canary/secret.txt', 'w').write('gone')",)


def softmax(scores, axis=-1):
    kind = np.dtype(scores.dtype, metadata={"expected": Bomb()})
    return np.zeros(scores.shape, kind)
