"""Keys and values are kept in float32."""

import torch
from reference.cuda.attention import attention


class KeyValueCache:
    def __init__(self):
        self.key, self.value = None, None

    def append(self, key, value):
        new = key.float(), value.float()
        old = (self.key, self.value) if self.key is not None else None
        self.key, self.value = (
            new if old is None else (torch.cat(pair, dim=-2) for pair in zip(old, new, strict=True))
        )
        return self.key.to(key.dtype), self.value.to(value.dtype)

    def attend(self, query, key, value):
        keys, values = self.append(key, value)
        mask = torch.ones(query.shape[-2], keys.shape[-2], dtype=torch.bool, device=query.device)
        return attention(query, keys, values, mask.tril(keys.shape[-2] - query.shape[-2]))
