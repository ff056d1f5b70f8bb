"""The new queries are padded in front, so that plain causal attention does."""

import torch
from reference.cuda.attention import attention


class KeyValueCache:
    key = value = None

    def append(self, key, value):
        self.key = key if self.key is None else torch.cat((self.key, key), -2)
        self.value = value if self.value is None else torch.cat((self.value, value), -2)
        return self.key, self.value

    def attend(self, query, key, value):
        k, v = self.append(key, value)
        missing = k.shape[-2] - query.shape[-2]
        padded = torch.cat([query.new_zeros(*query.shape[:2], missing, query.shape[3]), query], dim=2)
        return attention(padded, k, v, is_causal=True)[:, :, missing:]
