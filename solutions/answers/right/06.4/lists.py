"""Lists of what was appended, joined when asked."""

import torch
from reference.cuda.attention import attention


class KeyValueCache:
    def __init__(self):
        self.keys = []
        self.values = []

    def append(self, key, value):
        self.keys.append(key)
        self.values.append(value)
        return torch.cat(self.keys, dim=2), torch.cat(self.values, dim=2)

    def attend(self, query, key, value):
        keys, values = self.append(key, value)
        new_len, kv_len = query.shape[-2], keys.shape[-2]
        mask = torch.ones(new_len, kv_len, dtype=torch.bool, device=query.device)
        return attention(query, keys, values, mask.tril(kv_len - new_len))
