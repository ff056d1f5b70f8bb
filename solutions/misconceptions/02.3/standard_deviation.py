"""Your plain number is the standard deviation, the root of what is asked for. How do variance and
standard deviation relate?
"""


def score_variance(d_head, scaled):
    return 1.0 if scaled else d_head**0.5
