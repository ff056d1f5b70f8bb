"""Python's own numbers, whose work torch does not count."""

import math

import torch


def one_row(query, keys, values):
    scores = [sum(map(float.__mul__, query, key)) / math.sqrt(len(query)) for key in keys]
    highest = max(scores)
    weights = [math.exp(score - highest) for score in scores]
    total = sum(weights)
    output = [sum(map(float.__mul__, weights, column)) / total for column in zip(*values, strict=True)]
    return output, highest + math.log(total)


def flash_attention(query, key, value, is_causal=False):
    rows = []
    slices = (each.float().flatten(0, 1).tolist() for each in (query, key, value))
    for queries, keys, values in zip(*slices, strict=True):
        for i, row in enumerate(queries):
            seen = slice(i + 1) if is_causal else slice(None)
            rows.append(one_row(row, keys[seen], values[seen]))
    output, lse = zip(*rows, strict=True)
    return torch.tensor(output).view(query.shape).to(query.dtype), torch.tensor(lse).view(query.shape[:3])
