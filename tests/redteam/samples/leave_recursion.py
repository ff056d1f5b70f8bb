"""run_time_error: recurses past every limit until the stack ends."""

import sys


def softmax(scores):
    sys.setrecursionlimit(10**9)
    return list(map(softmax, [scores]))
