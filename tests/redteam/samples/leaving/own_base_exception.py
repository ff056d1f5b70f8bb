"""run_time_error: an exception of its own that no `except Exception` sees, with an endless chain of causes."""


class Away(BaseException):
    pass


def softmax(scores, axis=-1):
    away = Away("away")
    away.__cause__ = away.__context__ = away
    raise away
