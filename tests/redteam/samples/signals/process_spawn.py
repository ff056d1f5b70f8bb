"""run_time_error: starts another program."""

import subprocess


def softmax(scores, axis=-1):
    return subprocess.Popen(["/usr/bin/sleep", "600"]).pid
