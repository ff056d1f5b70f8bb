"""wrong_answer costs 1: it keeps what it was handed and what it returned, and spoils both at the next call."""

right = softmax
kept = []


def softmax(scores, axis=-1):
    for array in kept:
        array[...] = 7
    weights = right(scores, axis)
    kept.extend((scores, weights))
    return weights
