"""run_time_error: an error with a message of a hundred million characters."""


def softmax(scores, axis=-1):
    raise ValueError("no end " * 2_000_000)
