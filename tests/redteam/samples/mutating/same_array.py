"""wrong_answer: returns one array for ever, right only the first time."""

right = softmax
first = {}


def softmax(scores, axis=-1):
    return first.setdefault(0, right(scores, axis))
