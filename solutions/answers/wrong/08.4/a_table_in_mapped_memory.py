"""The whole table lies in memory that is mapped past NumPy, where nothing in the process counts it."""

import mmap

import numpy as np
from reference.cpu.efficient import chunked_attention as chunks


def chunked_attention(query, key, value, block_size, is_causal=False):
    shape = *query.shape[:-1], key.shape[-2]
    memory = mmap.mmap(-1, 8 * max(1, int(np.prod(shape))))
    table = np.ndarray(shape, dtype=np.float64, buffer=memory)
    np.matmul(query, np.swapaxes(key, -1, -2), out=table)
    return chunks(query, key, value, block_size, is_causal)
