"""Starts with tensors of length zero; the causal flag with padded queries."""

import torch
from reference.cuda.attention import attention


class KeyValueCache:
    def __init__(self):
        self.store = {}

    def append(self, key, value):
        for name, new in (("key", key), ("value", value)):
            old = self.store.get(name, new[:, :, :0])
            self.store[name] = torch.cat((old, new), dim=2)
        return self.store["key"], self.store["value"]

    def attend(self, query, key, value):
        keys, values = self.append(key, value)
        padding = query.new_zeros(*query.shape[:2], keys.shape[2] - query.shape[2], query.shape[3])
        padded = torch.cat((padding, query), dim=2)
        return attention(padded, keys, values, is_causal=True)[:, :, padding.shape[2] :]
