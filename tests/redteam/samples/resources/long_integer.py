"""wrong_answer: a whole number of a hundred thousand digits."""


def softmax(scores, axis=-1):
    return 1 << 300_000
