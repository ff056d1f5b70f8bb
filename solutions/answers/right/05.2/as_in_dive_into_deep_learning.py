"""As transpose_output in Dive into Deep Learning: one axis for the batch, heads moved, the shape put back."""


def merge_heads(x):
    *leading, num_heads, length, depth = x.shape
    x = x.reshape(-1, num_heads, length, depth)
    x = x.transpose(0, 2, 1, 3)
    return x.reshape(*leading, length, num_heads * depth)
