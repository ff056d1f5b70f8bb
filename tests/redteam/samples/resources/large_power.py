"""time_limit_exceeded: a number of ten billion digits, computed in one step of C."""


def softmax(scores, axis=-1):
    return 3 ** (3**25)
