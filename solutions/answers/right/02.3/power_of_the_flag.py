"""A power that the flag switches off."""


def score_variance(d_head, scaled):
    return float(d_head) ** (1 - int(scaled))
