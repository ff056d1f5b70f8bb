"""The works of attention and of the recurrent layer have changed places. Which one looks at pairs of
tokens, and which one multiplies by a (d, d) matrix?
"""


def layer_costs(kind, seq_len, d_model, kernel_size=None):
    n, d, k = seq_len, d_model, kernel_size
    path = 1
    while k and k**path < n:
        path += 1
    rows = {
        "self_attention": lambda: (n * d * d, 1, 1),
        "recurrent": lambda: (n * n * d, n, n),
        "convolutional": lambda: (k * n * n * d, 1, path),
    }
    return dict(zip(("work", "sequential_steps", "longest_path"), rows[kind](), strict=True))
