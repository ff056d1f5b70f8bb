"""d_head, whatever is asked."""

# misconception: flag_ignored


def score_variance(d_head, scaled):
    return d_head
