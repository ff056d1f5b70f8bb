"""Your scaled number is the plain variance divided by √d_head. What does dividing a number by c do to
its variance?
"""


def score_variance(d_head, scaled):
    return d_head**0.5 if scaled else float(d_head)
