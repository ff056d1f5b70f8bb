"""wrong_answer: a generator in place of an array."""


def softmax(scores):
    return (row for row in scores)
