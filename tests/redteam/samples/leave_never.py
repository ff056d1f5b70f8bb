"""time_limit_exceeded: catches whatever is thrown at it, for ever."""


def softmax(scores):
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue
