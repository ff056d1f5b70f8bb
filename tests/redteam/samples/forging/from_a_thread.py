"""run_time_error: a thread that keeps writing to the answers after the call is over."""

import os
import threading


right = softmax  # of a learner who has it right; this file is joined to theirs


def babble():
    while True:
        os.write(4, b"accepted")


def softmax(scores, axis=-1):
    threading.Thread(target=babble, daemon=True).start()
    return right(scores, axis)
