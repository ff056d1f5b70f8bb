"""run_time_error: reads from address zero."""

import ctypes


def softmax(scores):
    return ctypes.string_at(0)
