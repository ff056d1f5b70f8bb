"""Two rows share one draw."""

import torch
from reference.cuda.language import next_token as right


def next_token(scores, temperature=1.0, top_k=None, generator=None):
    drawn = right(scores, temperature, top_k, generator)
    return drawn[torch.arange(len(drawn)) // 2 * 2]
