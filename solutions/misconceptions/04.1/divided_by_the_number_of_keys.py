"""Your output is too small by the number of keys. The weights sum to 1 already: is a mean taken where a
sum is meant?
"""


def weighted_sum(weights, value):
    return weights @ value / weights.shape[-1]
