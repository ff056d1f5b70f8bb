"""Counts the tokens in a tensor on the CPU, and returns lists."""

import torch
from reference.cuda.attention import attention


class KeyValueCache:
    def __init__(self):
        self.parts = []
        self.seen = torch.zeros((), dtype=torch.long)

    def append(self, key, value):
        self.parts.append((key, value))
        self.seen += key.shape[-2]
        return [torch.cat(each, dim=-2) for each in zip(*self.parts, strict=True)]

    def attend(self, query, key, value):
        keys, values = self.append(key, value)
        new_len, kv_len = query.shape[-2], self.seen.item()
        places = torch.arange(kv_len, device=query.device)
        return attention(query, keys, values, places <= places[kv_len - new_len :, None])
