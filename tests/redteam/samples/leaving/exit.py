"""run_time_error: ends its process as if all were well."""

import os


def softmax(scores, axis=-1):
    os._exit(0)
