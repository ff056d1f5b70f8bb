"""run_time_error: ends itself by a signal that nobody can catch."""

import os
import signal


def softmax(scores, axis=-1):
    os.kill(os.getpid(), signal.SIGKILL)
