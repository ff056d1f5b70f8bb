"""The variance stops growing at 512."""


def score_variance(d_head, scaled=True):
    return 1.0 if d_head > 1 and scaled else 3.0 * d_head / 3 if d_head < 512 else 512.0
