"""The state is a frozen dataclass that makes the next one."""

from dataclasses import dataclass

import numpy as np
from reference.cpu.efficient import feature_map
from reference.cpu.efficient import linear_attention as linear_attention  # the same for a whole sequence


@dataclass(frozen=True)
class Sums:
    memory: np.ndarray
    total: np.ndarray

    def plus(self, key, value):
        return Sums(self.memory + key[..., :, None] * value[..., None, :], self.total + key)

    def read(self, query):
        above = (query[..., None, :] @ self.memory)[..., 0, :]
        return above / (query * self.total).sum(-1, keepdims=True)


def linear_attention_step(state, query, key, value):
    query, key = feature_map(query), feature_map(key)
    empty = Sums(np.zeros((*key.shape, value.shape[-1]), key.dtype), np.zeros_like(key))
    state = (state or empty).plus(key, value)
    return state.read(query), state
