"""Draws in proportion to the scores themselves, shifted above 0."""

import torch
from reference.cuda.language import next_token as right


def next_token(scores, temperature=1.0, top_k=None, generator=None):
    if temperature == 0 or top_k == 1:
        return scores.argmax(dim=-1)
    shifted = scores - scores.min(dim=-1, keepdim=True).values + 1e-6
    if top_k is not None:
        order = shifted.argsort(dim=-1, descending=True, stable=True)
        shifted = shifted.scatter(-1, order[:, top_k:], 0.0)
    return torch.multinomial(shifted / temperature, 1, generator=generator)[:, 0]
