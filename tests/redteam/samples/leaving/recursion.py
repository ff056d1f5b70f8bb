"""run_time_error: recurses past every limit until the stack ends."""

import sys


def softmax(scores, axis=-1):
    sys.setrecursionlimit(10**9)
    return list(map(softmax, [scores]))
