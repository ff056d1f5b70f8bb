"""Two loops, one for each road; a list of tokens that is joined at the end."""

import torch
from reference.cuda.attention import KeyValueCache
from reference.cuda.language import next_token


@torch.no_grad()
def generate(model, tokens, n_new, temperature=1.0, top_k=None, generator=None, use_cache=True):
    if not use_cache:
        for _ in range(n_new):
            new = next_token(model(tokens)[:, -1, :], temperature, top_k, generator)
            tokens = torch.hstack([tokens, new.unsqueeze(1)])
        return tokens
    found = [tokens]
    caches = [KeyValueCache() for block in model.blocks]
    position = 0
    for _ in range(n_new):
        scores = model(found[-1], position, caches)
        position += found[-1].shape[1]
        new = next_token(scores[:, -1, :], temperature, top_k, generator)
        found.append(new.unsqueeze(1))
    return torch.cat(found, dim=1)
