"""run_time_error: starts another program."""

import subprocess


def softmax(scores):
    return subprocess.Popen(["/usr/bin/sleep", "600"]).pid
