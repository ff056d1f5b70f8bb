"""wrong_answer: maps memory and touches it until the kernel refuses."""

import mmap

import numpy as np

kept = []


def softmax(scores, axis=-1):
    try:
        while True:
            kept.append(mmap.mmap(-1, 8 << 20))
            kept[-1][::4096] = b"1" * 2048
    except (OSError, MemoryError):
        return np.zeros_like(scores)
