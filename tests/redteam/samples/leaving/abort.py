"""run_time_error: aborts."""

import os


def softmax(scores, axis=-1):
    os.abort()
