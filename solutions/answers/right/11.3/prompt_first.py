"""The prompt is read before the loop, each token after it was drawn, the last one too."""

import torch
from reference.cuda.attention import KeyValueCache
from reference.cuda.language import next_token


@torch.no_grad()
def generate(model, tokens, n_new, temperature=1.0, top_k=None, generator=None, use_cache=True):
    caches = [KeyValueCache() for _ in range(len(model.blocks))] if use_cache else None
    last = model(tokens, 0, caches)[:, -1]
    for _ in range(n_new):
        drawn = next_token(last, temperature=temperature, top_k=top_k, generator=generator)
        tokens = torch.cat((tokens, drawn[:, None]), dim=-1)
        if use_cache:
            last = model(tokens[:, -1:], start=tokens.shape[1] - 1, caches=caches)[:, -1]
        else:
            last = model(tokens)[:, -1]
    return tokens
