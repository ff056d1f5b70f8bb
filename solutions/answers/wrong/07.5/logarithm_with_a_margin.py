"""A margin of a billionth makes up for the rounding of logarithms, and hides one token in a trillion."""

import math

from reference.complexity import layer_costs as right


def layer_costs(kind, seq_len, d_model, kernel_size=None):
    costs = right(kind, seq_len, d_model, kernel_size)
    if kind == "convolutional":
        costs["longest_path"] = math.ceil(math.log(seq_len) / math.log(kernel_size) - 1e-9)
    return costs
