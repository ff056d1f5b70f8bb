"""run_time_error: writes over the interpreter's own memory."""

import ctypes


def softmax(scores, axis=-1):
    ctypes.memset(id(softmax), 255, 1 << 12)
    ctypes.memset(id(type), 255, 1 << 10)
    return softmax(scores)
