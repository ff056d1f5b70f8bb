"""One token, then itself with the rest; the caches travel in an argument of an inner function."""

import torch
from reference.cuda.attention import KeyValueCache
from reference.cuda.language import next_token


@torch.no_grad()
def generate(model, tokens, n_new, temperature=1.0, top_k=None, generator=None, use_cache=True):
    def go_on(text, begin, left, caches):
        if left == 0:
            return text
        scores = model(text[:, begin:], begin, caches)
        new = next_token(scores[:, -1], temperature, top_k, generator).reshape(-1, 1)
        return go_on(torch.cat([text, new], 1), text.shape[1] if caches else 0, left - 1, caches)

    return go_on(tokens, 0, n_new, [KeyValueCache() for _ in model.blocks] if use_cache else None)
