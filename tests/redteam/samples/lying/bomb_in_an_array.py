"""wrong_answer: an array of objects that would run code where somebody unpickled them."""

import numpy as np


class Bomb:
    def __reduce__(self):
        return exec, ("open('/canary/secret.txt', 'w').write('gone')",)


def softmax(scores, axis=-1):
    bombs = np.empty(scores.shape, object)
    bombs[...] = Bomb()
    return bombs
