"""One query after the other, each with the keys that it sees."""

import torch
from reference.cuda.attention import attention


class KeyValueCache:
    def __init__(self):
        self.key = None
        self.value = None

    def append(self, key, value):
        if self.key is not None:
            key = torch.cat([self.key, key], dim=-2)
            value = torch.cat([self.value, value], dim=-2)
        self.key, self.value = key, value
        return key, value

    def attend(self, query, key, value):
        keys, values = self.append(key, value)
        before = keys.shape[2] - query.shape[2]
        rows = []
        for r in range(query.shape[2]):
            seen = before + r + 1
            rows.append(attention(query[:, :, r : r + 1], keys[:, :, :seen], values[:, :, :seen]))
        return torch.cat(rows, dim=2)
