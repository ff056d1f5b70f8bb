"""A whole number where it is one."""


def score_variance(d_head, scaled):
    if scaled:
        return 1
    return d_head
