"""As in the Annotated Transformer: view(nbatches, -1, h, d_k), then transpose(1, 2)."""


def split_heads(x, n_heads):
    leading, d_k = x.shape[:-2], x.shape[-1] // n_heads
    nbatches = 1
    for size in leading:
        nbatches *= size
    x = x.reshape(nbatches, x.shape[-2], n_heads, d_k).transpose(0, 2, 1, 3)
    return x.reshape(*leading, *x.shape[1:])
