"""wrong_answer: overwrites its argument so that a comparison with it might agree."""


def softmax(scores, axis=-1):
    scores[...] = 0.0
    return scores
