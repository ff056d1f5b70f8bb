"""As past_key_values in Hugging Face: a tuple of two, joined on axis 2; positions of the new in the cache."""

import torch
from reference.cuda.attention import attention


class KeyValueCache:
    def __init__(self):
        self.past_key_values = None

    def get_seq_length(self):
        return 0 if self.past_key_values is None else self.past_key_values[0].shape[2]

    def append(self, key, value):
        if self.past_key_values is not None:
            past_key, past_value = self.past_key_values
            key = torch.cat((past_key, key), dim=2)
            value = torch.cat((past_value, value), dim=2)
        self.past_key_values = (key, value)
        return self.past_key_values

    def attend(self, query, key, value):
        past_length = self.get_seq_length()
        cache_position = torch.arange(past_length, past_length + query.shape[2], device=query.device)
        key, value = self.append(key, value)
        causal = torch.arange(key.shape[2], device=query.device) <= cache_position.view(-1, 1)
        return attention(query, key, value, mask=causal[None, None])
