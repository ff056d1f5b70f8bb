"""Your number is 1 in both cases. One product has variance 1; a plain score is the sum of how many?"""


def score_variance(d_head, scaled):
    return 1.0
