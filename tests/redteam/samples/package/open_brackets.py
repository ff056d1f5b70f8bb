"""run_time_error: a text of forty thousand open brackets, which is compiled in the call."""


def softmax(scores, axis=-1):
    return eval("(" * 40_000)
