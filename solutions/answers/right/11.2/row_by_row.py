"""One row after the other, with Python's own sort."""

import torch


def next_token(scores, temperature=1.0, top_k=None, generator=None):
    drawn = []
    for row in scores:
        tokens = sorted(range(len(row)), key=lambda token: (-row[token].item(), token))
        if temperature == 0:
            drawn.append(tokens[0])
            continue
        kept = tokens[: len(tokens) if top_k is None else top_k]
        weights = torch.softmax(row[kept] / temperature, dim=0)
        drawn.append(kept[torch.multinomial(weights, 1, generator=generator).item()])
    return torch.tensor(drawn, device=scores.device)
