"""run_time_error: forks a survivor that leaves the session."""

import os
import time


def softmax(scores, axis=-1):
    if os.fork() == 0:
        os.setsid()
        time.sleep(600)
        os._exit(0)
    return scores
