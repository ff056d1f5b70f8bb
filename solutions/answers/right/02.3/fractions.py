"""Exact fractions."""

from fractions import Fraction


def score_variance(d_head, scaled):
    term = Fraction(1, d_head if scaled else 1)
    return float(sum([term] * d_head))
