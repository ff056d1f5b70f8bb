"""run_time_error: an exception whose text, name and traceback raise what nobody catches."""


class Kind(type):
    @property
    def __name__(cls):
        raise SystemExit(0)


class Hostile(BaseException, metaclass=Kind):
    def __str__(self):
        raise GeneratorExit

    @property
    def __traceback__(self):
        raise KeyboardInterrupt


def softmax(scores, axis=-1):
    raise Hostile
