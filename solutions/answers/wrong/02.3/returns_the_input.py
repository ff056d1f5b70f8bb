"""d_head, whatever is asked."""


def score_variance(d_head, scaled):
    return d_head
