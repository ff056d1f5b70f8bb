"""run_time_error: an exception that is its own cause, behind five hundred frames."""


def deep(number):
    if number:
        return deep(number - 1)
    error, other = ValueError("its own cause"), KeyError("the other")
    error.__cause__ = error.__context__ = other
    other.__cause__ = other.__context__ = error
    raise error


def softmax(scores, axis=-1):
    return deep(500)
