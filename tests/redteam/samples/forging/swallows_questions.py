"""time_limit_exceeded: reads the judge's questions itself, and answers none."""

import os


def softmax(scores, axis=-1):
    while True:
        os.read(3, 1 << 20)
