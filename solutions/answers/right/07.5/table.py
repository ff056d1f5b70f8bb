"""A table of functions."""


def layer_costs(kind, seq_len, d_model, kernel_size=None):
    n, d, k = seq_len, d_model, kernel_size
    path = 1
    while k and k**path < n:
        path += 1
    rows = {
        "self_attention": lambda: (n * n * d, 1, 1),
        "recurrent": lambda: (n * d * d, n, n),
        "convolutional": lambda: (k * n * d * d, 1, path),
    }
    return dict(zip(("work", "sequential_steps", "longest_path"), rows[kind](), strict=True))
