"""Your scaled number fits scores that are divided by d_head. By what does scaled_scores divide them?"""


def score_variance(d_head, scaled):
    return 1.0 / d_head if scaled else float(d_head)
