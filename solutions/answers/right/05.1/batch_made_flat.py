"""All leading axes become one, and come back at the end."""


def split_heads(x, n_heads):
    seq_len, d_model = x.shape[-2:]
    flat = x.reshape(-1, seq_len, n_heads, d_model // n_heads).transpose(0, 2, 1, 3)
    return flat.reshape((*x.shape[:-2], n_heads, seq_len, d_model // n_heads))
