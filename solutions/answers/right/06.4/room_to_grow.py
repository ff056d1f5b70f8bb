"""A buffer that doubles when it is full."""

import torch
from reference.cuda.attention import attention


class KeyValueCache:
    def __init__(self):
        self.length = 0
        self.buffers = None

    def append(self, key, value):
        end = self.length + key.shape[2]
        if self.buffers is None or end > self.buffers[0].shape[2]:
            bigger = [t.new_empty(*t.shape[:2], 2 * end, t.shape[3]) for t in (key, value)]
            if self.buffers is not None:
                for new, old in zip(bigger, self.buffers, strict=True):
                    new[:, :, : self.length] = old[:, :, : self.length]
            self.buffers = bigger
        for buffer, new in zip(self.buffers, (key, value), strict=True):
            buffer[:, :, self.length : end] = new
        self.length = end
        return self.buffers[0][:, :, :end], self.buffers[1][:, :, :end]

    def attend(self, query, key, value):
        before = self.length
        keys, values = self.append(key, value)
        i = torch.arange(before, self.length, device=query.device)
        j = torch.arange(self.length, device=query.device)
        return attention(query, keys, values, mask=j <= i[:, None])
