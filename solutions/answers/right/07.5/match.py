"""A match statement and a corrected logarithm."""

import math


def layer_costs(kind, seq_len, d_model, kernel_size=None):
    costs = {"work": seq_len * d_model, "sequential_steps": 1, "longest_path": 1}
    match kind:
        case "self_attention":
            costs["work"] *= seq_len
        case "recurrent":
            costs["work"] *= d_model
            costs["sequential_steps"] = costs["longest_path"] = seq_len
        case "convolutional":
            costs["work"] *= kernel_size * d_model
            guess = math.ceil(math.log(seq_len, kernel_size))
            costs["longest_path"] = guess - 1 if kernel_size ** (guess - 1) >= seq_len else guess
    return costs
