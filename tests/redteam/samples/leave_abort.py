"""run_time_error: aborts."""

import os


def softmax(scores):
    os.abort()
