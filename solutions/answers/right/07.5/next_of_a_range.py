"""The first of all possible lengths."""


def layer_costs(kind, seq_len, d_model, kernel_size=None):
    n, d, k = seq_len, d_model, kernel_size
    if kind == "self_attention":
        values = [n**2 * d, 1, 1]
    elif kind == "recurrent":
        values = [n * d**2, n, n]
    else:
        values = [k * n * d**2, 1, next(length for length in range(1, n + 1) if k**length >= n)]
    return dict(zip(["work", "sequential_steps", "longest_path"], values, strict=True))
