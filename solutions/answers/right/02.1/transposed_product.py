"""Keys times queries, turned around at the end."""


def dot_product_scores(query, key):
    order = [*range(query.ndim - 2), query.ndim - 1, query.ndim - 2]
    return (key @ query.transpose(order)).transpose(order)
