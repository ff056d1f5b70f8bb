"""A language model of your own: causal blocks with a cache, how to draw a token, how to write. Lesson 11."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor, nn

from ..cpu.positions import rotary
from .attention import KeyValueCache, attention_weights

BASE = 100.0  # of the rotation: tales are short, so the slowest pair may turn faster than in large models


def turned(x: Tensor, start: int) -> Tensor:
    """Return queries or keys turned by your `rotary` of exercise 09.2, with gradients; complete.

    Your function turns one arrow for each pair of features and position. Where it points, its cosine and
    its sine, then turns the pairs of `x`.

    Args:
        x: (batch, n_heads, seq_len, d_head), queries or keys; d_head is even.
        start: the position of the first token of `x`.

    Returns:
        (batch, n_heads, seq_len, d_head), in the dtype of `x` and on its device.
    """
    seq_len, d_head = x.shape[-2:]
    right = np.tile([1.0, 0.0], (seq_len, d_head // 2))  # arrows that point to the right
    arrows = torch.from_numpy(rotary(right, np.arange(start, start + seq_len), BASE)).to(x)
    cos, sin = arrows[:, ::2], arrows[:, 1::2]  # (seq_len, d_head / 2)
    even, odd = x[..., ::2], x[..., 1::2]
    return torch.stack([even * cos - odd * sin, even * sin + odd * cos], dim=-1).flatten(-2)


class CausalBlock(nn.Module):
    """One layer of a language model that is attention and nothing else: x + attention(norm(x)).

    Its parameters:

        norm      LayerNorm(d_model), before the attention
        project   Linear(d_model, 3 d_model): the features of the queries, then the keys, then the values
        out       Linear(d_model, d_model), W_O
    """

    def __init__(self, d_model: int, n_heads: int) -> None:
        """Create the parameters.

        Args:
            d_model: features of a token; d_head is d_model / n_heads, an even number.
            n_heads: divides d_model.
        """
        super().__init__()
        self.n_heads = n_heads
        self.norm = nn.LayerNorm(d_model)
        self.project = nn.Linear(d_model, 3 * d_model)
        self.out = nn.Linear(d_model, d_model)

    def forward(
        self, x: Tensor, start: int = 0, cache: KeyValueCache | None = None
    ) -> tuple[Tensor, Tensor | None]:
        """Return the new features of every token, and the weights of every head.

        Without a cache, `x` is the whole text, and each token attends to itself and all tokens before it.
        With a cache, `x` holds new tokens only, and each attends to what the cache remembers as well. Both
        give the same features. Queries and keys are turned by their positions before they meet.

        Args:
            x: (batch, seq_len, d_model).
            start: the position of the first token of `x`: how many the cache remembers. Without a cache any
                number gives the same output, since only distances count.
            cache: the keys, turned, and values of earlier tokens. The new ones are added to it.

        Returns:
            output: (batch, seq_len, d_model).
            weights: (batch, n_heads, seq_len, seq_len), or None with a cache.
        """
        # Exercise 11.1 (9 lines): norm, project, split into heads, turn, attend, merge, project out, add.
        ### BEGIN SOLUTION
        parts = self.project(self.norm(x)).chunk(3, dim=-1)  # (batch, seq_len, d_model) each
        query, key, value = (part.unflatten(-1, (self.n_heads, -1)).transpose(1, 2) for part in parts)
        query, key = turned(query, start), turned(key, start)  # (batch, n_heads, seq_len, d_head)
        if cache is None:
            weights = attention_weights(query, key, is_causal=True)
            heads = weights @ value
        else:
            weights, heads = None, cache.attend(query, key, value)
        return x + self.out(heads.transpose(1, 2).flatten(2)), weights
        ### END SOLUTION


class LanguageModel(nn.Module):
    """Your blocks between a table of tokens and a score for each token that could come next; complete."""

    def __init__(self, n_tokens: int, d_model: int = 64, n_heads: int = 2, n_layers: int = 3) -> None:
        super().__init__()
        self.embedding = nn.Embedding(n_tokens, d_model)
        self.blocks = nn.ModuleList(CausalBlock(d_model, n_heads) for _ in range(n_layers))
        self.norm = nn.LayerNorm(d_model)
        self.unembed = nn.Linear(d_model, n_tokens, bias=False)
        self._lengths: list[int] = []

    def forward(self, tokens: Tensor, start: int = 0, caches: list[KeyValueCache] | None = None) -> Tensor:
        """Return (batch, seq_len, n_tokens): the scores of the token that follows each of `tokens`.

        Args:
            tokens: (batch, seq_len) whole numbers: the whole text, or with caches the new part of it.
            start: the position of the first of them.
            caches: one for each block.
        """
        self._lengths.append(tokens.shape[1])
        x = self.embedding(tokens)
        for number, block in enumerate(self.blocks):
            x, _ = block(x, start, None if caches is None else caches[number])
        scores: Tensor = self.unembed(self.norm(x))
        return scores

    def lengths_read(self) -> list[int]:
        """Return how many tokens each call has read since this was asked last."""
        lengths, self._lengths = self._lengths, []
        return lengths

    @torch.no_grad()
    def weights(self, tokens: Tensor) -> Tensor:
        """Return the weights of all heads: (n_layers, batch, n_heads, seq_len, seq_len)."""
        x, found = self.embedding(tokens), []
        for block in self.blocks:
            x, weights = block(x)
            found.append(weights)
        return torch.stack(found)


def dice(seed: int) -> torch.Generator:
    """Return a generator of random numbers in the state that belongs to `seed`; complete."""
    return torch.Generator().manual_seed(seed)


def next_token(
    scores: Tensor,
    temperature: float = 1.0,
    top_k: int | None = None,
    generator: torch.Generator | None = None,
) -> Tensor:
    """Return one token for each row of scores, drawn with the probabilities softmax(scores / temperature).

    Args:
        scores: (batch, n_tokens), float32 or float64.
        temperature: 0, or a number from 0.001 on. 0 stands for the limit: the highest score wins.
        top_k: draw among the `top_k` highest scores only; all others get the probability 0. 1 or more, also
            more than n_tokens. None: draw among all.
        generator: where the random numbers come from, and nothing else; torch's own if None. The same
            state of the generator gives the same tokens.

    Of equal scores the earlier token counts as the higher one. So exactly `top_k` tokens can be drawn, and at
    temperature 0 the first of the highest wins.

    Returns:
        (batch,) whole numbers from 0 to n_tokens - 1. `scores` itself is left as it was.
    """
    # Exercise 11.2 (7 lines): the limit first; hide what is not among the highest; softmax; draw.
    ### BEGIN SOLUTION
    if temperature == 0:
        return scores.argmax(dim=-1)
    if top_k is not None:
        order = scores.argsort(dim=-1, descending=True, stable=True)  # (batch, n_tokens), the highest first
        scores = scores.scatter(-1, order[:, top_k:], -math.inf)
    weights = (scores / temperature).softmax(dim=-1)
    return torch.multinomial(weights, 1, generator=generator).squeeze(-1)
    ### END SOLUTION


@torch.no_grad()
def generate(
    model: LanguageModel,
    tokens: Tensor,
    n_new: int,
    temperature: float = 1.0,
    top_k: int | None = None,
    generator: torch.Generator | None = None,
    use_cache: bool = True,
) -> Tensor:
    """Return the tokens with `n_new` more behind them, each drawn by `next_token` and then read by the model.

    With caches, the model reads the prompt once, and then one new token at a time. Without, it reads
    everything again for each new token. Both give the same text.

    Args:
        model: called as `LanguageModel` is; `model.blocks` are its layers.
        tokens: (batch, seq_len) whole numbers, the prompt.
        n_new: 0 or more.
        temperature: see `next_token`.
        top_k: see `next_token`.
        generator: see `next_token`; one draw for each new token.
        use_cache: keep keys and values in a `KeyValueCache` for each block, new ones for each call.

    Returns:
        (batch, seq_len + n_new) whole numbers. `tokens` itself is left as it was.
    """
    # Exercise 11.3 (8 lines): read what is new, draw, append, and again.
    ### BEGIN SOLUTION
    caches = [KeyValueCache() for _ in model.blocks] if use_cache else None
    new, start = tokens, 0
    for _ in range(n_new):
        scores = model(new, start, caches)[:, -1]  # (batch, n_tokens)
        drawn = next_token(scores, temperature, top_k, generator)[:, None]
        tokens = torch.cat([tokens, drawn], dim=1)
        new, start = (drawn, tokens.shape[1] - 1) if use_cache else (tokens, 0)
    return tokens
    ### END SOLUTION
