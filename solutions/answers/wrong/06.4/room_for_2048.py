"""There is room for 2048 tokens."""

import torch
from reference.cuda.attention import attention


class KeyValueCache:
    def __init__(self):
        self.n = 0
        self.key = self.value = None

    def append(self, key, value):
        n = self.n + key.shape[2]
        if self.key is None:
            self.key = key.new_zeros(*key.shape[:2], 2048, key.shape[3])
            self.value = value.new_zeros(*value.shape[:2], 2048, value.shape[3])
        self.key, self.value = self.key.clone(), self.value.clone()
        self.key[:, :, self.n : n] = key
        self.value[:, :, self.n : n] = value
        self.n = n
        return self.key[:, :, :n], self.value[:, :, :n]

    def attend(self, query, key, value):
        k, v = self.append(key, value)
        m = torch.ones(query.shape[2], k.shape[2], dtype=torch.bool, device=query.device)
        return attention(query, k, v, m.tril(k.shape[2] - query.shape[2]))
