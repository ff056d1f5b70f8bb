"""Your cache remembers the step before, and nothing earlier. Keep what was joined, not what was new."""

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
        self.key, self.value = key, value
        return joined

    def attend(self, query, key, value):
        keys, values = self.append(key, value)
        new_len, kv_len = query.shape[-2], keys.shape[-2]
        mask = torch.ones(new_len, kv_len, dtype=torch.bool, device=query.device)
        return attention(query, keys, values, mask.tril(kv_len - new_len))
