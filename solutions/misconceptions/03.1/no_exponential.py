"""You divide the scores themselves by their sum. What happens to a negative score, and which function
makes every number positive?
"""


def softmax(scores, axis=-1):
    scores = scores if scores.dtype.kind == "f" else scores.astype(float)
    return scores / scores.sum(axis=axis, keepdims=True)
