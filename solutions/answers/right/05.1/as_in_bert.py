"""As in BERT's transpose_for_scores: a new shape by concatenation, then a permutation of all axes."""


def split_heads(x, n_heads):
    new_x_shape = *x.shape[:-1], n_heads, x.shape[-1] // n_heads
    x = x.reshape(new_x_shape)
    *leading, tokens, heads, features = range(x.ndim)
    return x.transpose(*leading, heads, tokens, features)
