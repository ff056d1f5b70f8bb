"""The sums of the textbook, with log2."""

import math


def growth_exponent(lengths, costs):
    x, y = [math.log2(n) for n in lengths], [math.log2(c) for c in costs]
    n = len(x)
    top = n * sum(a * b for a, b in zip(x, y, strict=True)) - sum(x) * sum(y)
    return top / (n * sum(a * a for a in x) - sum(x) ** 2)
