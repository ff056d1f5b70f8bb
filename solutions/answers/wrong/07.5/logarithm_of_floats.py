"""log(125) / log(5) is 3.0000000000000004, which rounds up to 4."""

import math


def layer_costs(kind, seq_len, d_model, kernel_size=None):
    n, d, k = seq_len, d_model, kernel_size
    path = math.ceil(math.log(n) / math.log(k)) if k else 0
    rows = {
        "self_attention": lambda: (n * n * d, 1, 1),
        "recurrent": lambda: (n * d * d, n, n),
        "convolutional": lambda: (k * n * d * d, 1, path),
    }
    return dict(zip(("work", "sequential_steps", "longest_path"), rows[kind](), strict=True))
