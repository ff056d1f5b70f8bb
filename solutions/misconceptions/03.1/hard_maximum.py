"""The largest score of each row takes everything. Softmax is softer: what share should the second largest
get?
"""


def softmax(scores, axis=-1):
    return (scores == scores.max(axis=axis, keepdims=True)) * 1.0
