"""kept: remembers what it has computed, by the bytes of the scores."""

right = softmax
known = {}


def softmax(scores, axis=-1):
    key = scores.tobytes(), scores.shape, scores.dtype.str, axis
    if key not in known:
        known[key] = right(scores, axis)
    return known[key]
