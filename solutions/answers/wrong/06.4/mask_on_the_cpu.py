"""The mask is made on the CPU."""

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
        new_len, kv_len = query.shape[-2], keys.shape[-2]
        mask = torch.ones(new_len, kv_len, dtype=torch.bool)
        return attention(query, keys, values, mask.tril(kv_len - new_len))
