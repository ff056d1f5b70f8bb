"""Your number is the same with and without scaling. What does scaled_scores do to the spread of the
scores?
"""


def score_variance(d_head, scaled):
    return float(d_head)
