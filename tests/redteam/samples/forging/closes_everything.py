"""run_time_error: closes every descriptor it has."""

import os


def softmax(scores, axis=-1):
    os.closerange(0, 1024)
    return scores
