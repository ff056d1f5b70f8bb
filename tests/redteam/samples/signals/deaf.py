"""time_limit_exceeded: blocks and ignores every signal, then sleeps."""

import signal
import time


def softmax(scores, axis=-1):
    for number in range(1, signal.NSIG):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            continue
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, signal.NSIG))
    while True:
        time.sleep(1)
