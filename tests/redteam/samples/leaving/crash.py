"""run_time_error: reads from address zero."""

import ctypes


def softmax(scores, axis=-1):
    return ctypes.string_at(0)
