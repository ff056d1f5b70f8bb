"""You have every weight times every value, in an array with one axis too many. Over which axis are the
products added up?
"""


def weighted_sum(weights, value):
    return weights[..., :, :, None] * value[..., None, :, :]
