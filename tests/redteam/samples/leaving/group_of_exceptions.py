"""run_time_error: a hundred thousand exceptions in one, with notes of a hundred megabytes."""


def softmax(scores, axis=-1):
    error = ValueError("one")
    error.__notes__ = ["n" * (1 << 20)] * 100
    raise ExceptionGroup("many" * 100_000, [error] * 100_000)
