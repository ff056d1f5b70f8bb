"""The sums are kept in float32."""


def weighted_sum(weights, value):
    return (weights @ value).astype("f4")
