"""A random number between 0 and 1, and the token into whose stretch of the summed probabilities it falls."""

import torch


def next_token(scores, temperature=1.0, top_k=None, generator=None):
    if temperature == 0:
        return torch.argmax(scores, dim=-1)
    scores = scores.double()
    if top_k is not None:
        ranks = scores.argsort(dim=-1, descending=True, stable=True).argsort(dim=-1)
        scores = scores.masked_fill(ranks >= top_k, float("-inf"))
    sums = torch.softmax(scores / temperature, dim=-1).cumsum(dim=-1)
    fallen = torch.rand(len(scores), 1, generator=generator, dtype=torch.float64) * sums[:, -1:]
    return (sums <= fallen).sum(dim=-1)
