"""Divides the probabilities by the temperature, which changes nothing of what is drawn."""

# misconception: temperature_ignored

import torch
from reference.cuda.language import next_token as right


def next_token(scores, temperature=1.0, top_k=None, generator=None):
    if temperature == 0:
        return right(scores, 0.0)
    if top_k is not None:
        order = scores.argsort(dim=-1, descending=True, stable=True)
        scores = scores.scatter(-1, order[:, top_k:], float("-inf"))
    shares = scores.softmax(dim=-1) / temperature
    return torch.multinomial(shares, 1, generator=generator).squeeze(-1)
