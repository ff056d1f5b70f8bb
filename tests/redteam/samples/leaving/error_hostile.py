"""run_time_error: an exception that raises when it is described."""


class Denied(Exception):
    def __str__(self):
        raise Denied

    __repr__ = __str__


def softmax(scores, axis=-1):
    raise Denied
