"""A single number varies, too."""


def score_variance(d_head, scaled):
    if d_head == 1:
        return 0.0
    return 1.0 if scaled else float(d_head)
