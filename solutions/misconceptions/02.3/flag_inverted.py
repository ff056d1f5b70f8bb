"""Your two numbers have changed places. Which of them belongs to scaled = True?"""


def score_variance(d_head, scaled):
    return float(d_head) if scaled else 1.0
