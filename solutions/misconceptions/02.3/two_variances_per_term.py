"""Your number counts query and key apart: two variances for each term. For the product of two
independent numbers with mean 0, do variances add or multiply?
"""


def score_variance(d_head, scaled):
    return 2.0 if scaled else 2.0 * d_head
