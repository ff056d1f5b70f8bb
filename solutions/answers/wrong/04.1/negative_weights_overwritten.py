"""The weights belong to the caller, the negative ones too."""


def weighted_sum(weights, value):
    out = weights @ value
    weights[weights < 0] = 0
    return out
