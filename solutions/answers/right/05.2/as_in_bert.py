"""As in BERT: a permutation of all axes, then a shape that joins the last two."""


def merge_heads(x):
    *leading, heads, tokens, features = range(x.ndim)
    context_layer = x.transpose(*leading, tokens, heads, features)
    new_context_layer_shape = (*context_layer.shape[:-2], context_layer.shape[-2] * context_layer.shape[-1])
    return context_layer.reshape(new_context_layer_shape)
