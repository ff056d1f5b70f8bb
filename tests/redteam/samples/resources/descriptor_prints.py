"""output_limit_exceeded: prints past Python, to the descriptor itself."""

import os


def softmax(scores, axis=-1):
    while True:
        os.write(1, b"no end " * 1000)
