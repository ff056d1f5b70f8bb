"""wrong_answer: overwrites its argument so that a comparison with it might agree."""


def softmax(scores):
    scores[...] = 0.0
    return scores
