"""As in the Annotated Transformer: 1) all linear projections, 2) attention, 3) concat and a final linear."""

from reference.cpu.attention import attention


def multi_head_attention(x, w_query, w_key, w_value, w_out, n_heads, mask=None, context=None):
    memory = x if context is None else context
    d_k = x.shape[-1] // n_heads
    query, key, value = (
        (each @ lin).reshape(*each.shape[:-1], n_heads, d_k).swapaxes(-2, -3)
        for lin, each in zip((w_query, w_key, w_value), (x, memory, memory), strict=True)
    )
    x, _ = attention(query, key, value, mask=mask)
    x = x.swapaxes(-2, -3)
    return x.reshape(*x.shape[:-2], n_heads * d_k) @ w_out
