"""run_time_error: lets an alarm end it while it answers."""

import signal
import time


def softmax(scores, axis=-1):
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    time.sleep(0.2)
    return scores
