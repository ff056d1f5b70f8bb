"""wrong_answer: a generator that waits for ever once somebody asks it."""

import threading


def softmax(scores, axis=-1):
    def wait():
        threading.Event().wait()
        yield 1.0

    return wait()
