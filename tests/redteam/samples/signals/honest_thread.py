"""kept: computes in a thread and waits for it; keeps a signal's handler as it was."""

import signal
import threading

right = softmax


def softmax(scores, axis=-1):
    before = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, before)
    found = []
    thread = threading.Thread(target=lambda: found.append(right(scores, axis)))
    thread.start()
    thread.join()
    return found[0]
