"""time_limit_exceeded: catches whatever is thrown at it, for ever."""


def softmax(scores, axis=-1):
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue
