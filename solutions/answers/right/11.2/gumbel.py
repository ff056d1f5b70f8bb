"""The highest of scores with Gumbel noise: the same probabilities, without softmax."""

import torch


def next_token(scores, temperature=1.0, top_k=None, generator=None):
    if temperature == 0 or top_k == 1:
        return scores.max(dim=-1).indices
    order = scores.argsort(dim=-1, descending=True, stable=True)
    kept = order[:, :top_k]
    noise = torch.empty(kept.shape, dtype=torch.float64, device=scores.device)
    noise = -noise.exponential_(generator=generator).log()
    best = (scores.gather(-1, kept).double() / temperature + noise).argmax(-1, keepdim=True)
    return kept.gather(-1, best).squeeze(-1)
