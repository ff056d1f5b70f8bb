"""wrong_answer: a generator in place of an array."""


def softmax(scores, axis=-1):
    return (row for row in scores)
