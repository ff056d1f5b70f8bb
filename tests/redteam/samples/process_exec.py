"""run_time_error: becomes another program."""

import os


def softmax(scores):
    os.execv("/usr/bin/sleep", ["sleep", "600"])
