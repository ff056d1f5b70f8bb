"""Everything in the order of rank; the drawn rank is looked up."""

import torch


def next_token(scores, temperature=1.0, top_k=None, generator=None):
    s, at = torch.sort(scores, dim=-1, descending=True, stable=True)
    s, at = (s, at) if top_k is None else (s[:, :top_k], at[:, :top_k])
    if temperature == 0:
        return at[:, 0]
    drawn = torch.multinomial(
        torch.nn.functional.softmax(s / temperature, 1), 1, replacement=True, generator=generator
    )
    return at.gather(1, drawn)[:, 0]
