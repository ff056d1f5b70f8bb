"""Your plain number is the square of d_head. Do the variances of independent terms add or multiply
when the terms are added?
"""


def score_variance(d_head, scaled):
    return float(d_head) if scaled else float(d_head) ** 2
