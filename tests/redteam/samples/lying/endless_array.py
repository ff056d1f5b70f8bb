"""wrong_answer: a subclass without an end: in length, in what it holds, in its text, and in its size."""

import numpy as np


class Endless(np.ndarray):
    shape = property(lambda self: (1 << 40, 1 << 40))
    nbytes = property(lambda self: -1)

    def __array_finalize__(self, source):
        self.depth = getattr(source, "depth", 0) + 1

    def __getitem__(self, index):
        return self

    def __len__(self):
        return 1 << 60

    def __iter__(self):
        while True:
            yield self

    def __repr__(self):
        return "a" * (1 << 26)


def softmax(scores, axis=-1):
    return np.zeros(scores.shape).view(Endless)
