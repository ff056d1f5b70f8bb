"""The name stands in a comment, a docstring and a text."""
# scaled_dot_product_attention would do this in one line: torch.nn.functional.scaled_dot_product_attention(q, k, v)
HINT = "torch.ops.aten.scaled_dot_product_attention"


def about():
    """Not torch.nn.functional.scaled_dot_product_attention(query, key, value), and not numpy.exp."""
