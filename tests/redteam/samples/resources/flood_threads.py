"""run_time_error: a hundred thousand threads."""

import threading
import time


def softmax(scores, axis=-1):
    for _ in range(100_000):
        threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
