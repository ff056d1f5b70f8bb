"""kept: raises and catches errors of its own on the way, SystemExit too."""

right = softmax


def softmax(scores, axis=-1):
    for error in (ValueError("mine"), SystemExit(1), KeyboardInterrupt()):
        try:
            raise error
        except (Exception, SystemExit, KeyboardInterrupt):
            continue
    return right(scores, axis)
