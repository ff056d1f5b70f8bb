"""run_time_error: ends with the status by which a worker says that it could not lock itself down."""

import os


def softmax(scores, axis=-1):
    os._exit(96)
