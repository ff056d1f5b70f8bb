"""Draws a rank among the highest and looks up which token stands there."""

import torch


def next_token(scores, temperature=1.0, top_k=None, generator=None):
    ranked, tokens = scores.sort(dim=-1, descending=True, stable=True)
    if temperature == 0:
        return tokens[:, 0]
    if top_k:
        ranked, tokens = ranked[:, :top_k], tokens[:, :top_k]
    strengths = torch.exp((ranked - ranked[:, :1]) / temperature)
    rank = torch.multinomial(strengths, num_samples=1, generator=generator)
    return torch.take_along_dim(tokens, rank, dim=-1)[:, 0]
