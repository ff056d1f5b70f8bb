"""run_time_error: two thousand keys with the same hash, each of which is compared with all before it."""

import sys


def softmax(scores, axis=-1):
    return {sys.hash_info.modulus * number: 0 for number in range(1, 2000)}
