"""Class attributes as defaults, one tuple kept, the mask by comparison."""

import torch
from reference.cuda.attention import attention


class KeyValueCache:
    kept = None

    def append(self, key, value):
        if self.kept:
            key, value = (torch.cat(pair, 2) for pair in zip(self.kept, (key, value), strict=True))
        self.kept = (key, value)
        return self.kept

    def attend(self, query, key, value):
        keys, values = self.append(key, value)
        n, total = query.size(2), keys.size(2)
        later = torch.arange(total, device=query.device).view(1, 1, 1, -1) > torch.arange(
            total - n, total, device=query.device
        ).view(1, 1, -1, 1)
        return attention(query, keys, values, later.logical_not())
