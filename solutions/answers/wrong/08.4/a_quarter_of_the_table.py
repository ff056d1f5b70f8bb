"""Quarters of the table; the arguments travel as bytes, and their operations are not counted."""

import numpy as np


def uncounted(x):
    return np.frombuffer(x.tobytes(), x.dtype).reshape(x.shape)


def chunked_attention(query, key, value, block_size, is_causal=False):
    query, key, value = map(uncounted, (query, key, value))
    q_len = query.shape[-2]
    quarter = max(1, -(-q_len // 4))
    outputs, lses = [], []
    for start in range(0, q_len, quarter):
        table = query[..., start : start + quarter, :] @ np.swapaxes(key, -1, -2)
        table /= np.sqrt(query.shape[-1])
        if is_causal:
            for row in range(table.shape[-2]):
                table[..., row, start + row + 1 :] = -np.inf
        highest = table.max(axis=-1, keepdims=True)
        table -= highest
        np.exp(table, out=table)
        total = table.sum(axis=-1, keepdims=True)
        outputs.append(table @ value / total)
        lses.append((highest + np.log(total))[..., 0])
    return np.concatenate(outputs, -2).astype(query.dtype), np.concatenate(lses, -1).astype(query.dtype)
