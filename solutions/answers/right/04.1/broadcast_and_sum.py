"""All products at once, then the sum."""


def weighted_sum(weights, value):
    return (weights[..., None] * value[..., None, :, :]).sum(axis=-2)
