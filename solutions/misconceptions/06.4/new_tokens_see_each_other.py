"""When several tokens come together, the first of yours sees the later ones. Between new tokens the causal
rule holds too.
"""

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
        return attention(query, keys, values)
