"""A table for the whole text, made before the loop."""

import torch
from reference.cuda.attention import KeyValueCache
from reference.cuda.language import next_token


@torch.no_grad()
def generate(model, tokens, n_new, temperature=1.0, top_k=None, generator=None, use_cache=True):
    batch, seq_len = tokens.shape
    text = tokens.new_empty(batch, seq_len + n_new)
    text[:, :seq_len] = tokens
    caches = [KeyValueCache() for _ in range(len(model.blocks))] if use_cache else None
    read = 0
    for end in range(seq_len, seq_len + n_new):
        scores = model(text[:, read:end], read, caches)
        text[:, end] = next_token(scores[:, -1], temperature, top_k, generator)
        read = end if use_cache else 0
    return text
