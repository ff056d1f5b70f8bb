"""Your `append` returns what was just appended. It should return everything since the start."""

import torch
from reference.cuda.attention import attention


class KeyValueCache:
    def __init__(self):
        self.key = None
        self.value = None

    def append(self, key, value):
        joined = key, value
        if self.key is not None:
            joined = torch.cat([self.key, key], dim=-2), torch.cat([self.value, value], dim=-2)
        self.key, self.value = joined
        return key, value

    def attend(self, query, key, value):
        self.append(key, value)
        keys, values = self.key, self.value
        new_len, kv_len = query.shape[-2], keys.shape[-2]
        mask = torch.ones(new_len, kv_len, dtype=torch.bool, device=query.device)
        return attention(query, keys, values, mask.tril(kv_len - new_len))
