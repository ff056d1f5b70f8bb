"""Your result is the same with and without a mask. Where do the hidden pairs drop out?"""

from reference.cpu.scores import scaled_scores
from reference.cpu.softmax import softmax


def attention(query, key, value, mask=None):
    scores = scaled_scores(query, key)
    weights = softmax(scores)
    return weights @ value, weights
