"""What was read before gets no gradient any more."""

import torch
from reference.cuda.attention import attention


class KeyValueCache:
    def __init__(self):
        self.pairs = None

    def append(self, key, value):
        if self.pairs:
            new = zip(self.pairs, (key, value), strict=True)
            key, value = (torch.concat(both, 2) for both in new)
        self.pairs = key.detach(), value.detach()
        return key, value

    def attend(self, query, key, value):
        before = self.pairs[0].shape[2] if self.pairs else 0
        key, value = self.append(key, value)
        at = torch.arange(before, before + query.shape[2], device=query.device)
        seen = torch.arange(key.shape[2], device=query.device) <= at[:, None]
        return attention(query, key, value, mask=seen)
