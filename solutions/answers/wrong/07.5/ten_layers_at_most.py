"""A stack has ten layers at most."""


def layer_costs(kind, seq_len, d_model, kernel_size=None):
    if kind == "self_attention":
        w, s, p = seq_len**2 * d_model, 1, 1
    elif kind == "recurrent":
        w, s, p = seq_len * d_model**2, seq_len, seq_len
    else:
        w, s = kernel_size * seq_len * d_model**2, 1
        p = next((L for L in range(1, 10) if kernel_size**L >= seq_len), 10)
    return {"work": w, "sequential_steps": s, "longest_path": p}
