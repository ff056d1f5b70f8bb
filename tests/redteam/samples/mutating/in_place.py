"""wrong_answer costs 1: the right numbers, written over the scores that were handed in."""

right = softmax


def softmax(scores, axis=-1):
    weights = right(scores, axis)
    if scores.dtype == weights.dtype:
        scores[...] = weights
        return scores
    return weights
