"""The linear regression of the standard library."""

import math
import statistics


def growth_exponent(lengths, costs):
    logarithms = ([math.log10(number) for number in numbers] for numbers in (lengths, costs))
    return statistics.linear_regression(*logarithms).slope
