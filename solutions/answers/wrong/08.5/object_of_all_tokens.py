"""The state is an object that keeps every token."""

from dataclasses import dataclass

import numpy as np
from reference.cpu.efficient import linear_attention


@dataclass
class State:
    tokens: list


def linear_attention_step(state, query, key, value):
    tokens = [*(state.tokens if state else ()), (query, key, value)]
    query, key, value = (np.stack(each, axis=-2) for each in zip(*tokens, strict=True))
    return linear_attention(query, key, value, True)[..., -1, :], State(tokens)
