"""run_time_error: becomes another program."""

import os


def softmax(scores, axis=-1):
    os.execv("/usr/bin/sleep", ["sleep", "600"])
