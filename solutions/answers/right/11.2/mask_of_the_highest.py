"""A mask of who may be drawn; log_softmax, then exp; the highest by a comparison at temperature 0."""

import torch


def next_token(scores, temperature=1.0, top_k=None, generator=None):
    count = scores.size(-1) if top_k is None else min(top_k, scores.size(-1))
    count = 1 if temperature == 0 else count
    order = torch.sort(scores, dim=-1, descending=True, stable=True).indices[:, :count]
    allowed = torch.zeros_like(scores, dtype=torch.bool).scatter(-1, order, True)
    log_weights = torch.log_softmax(scores / (temperature or 1.0), dim=-1)
    log_weights = torch.where(allowed, log_weights, torch.full_like(scores, -torch.inf))
    shares = (log_weights - log_weights.max(-1, keepdim=True).values).exp()
    return torch.multinomial(shares, 1, generator=generator)[:, 0]
