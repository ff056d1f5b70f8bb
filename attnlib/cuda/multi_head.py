"""Multi-head attention as a torch module that can take over the weights of torch's own."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .attention import attention_weights


class MultiHeadAttention(nn.Module):
    """Self- or cross-attention with several heads; agrees with `nn.MultiheadAttention(batch_first=True)`.

    Its parameters have the names and shapes of torch's module, so `load_state_dict` moves weights across:

        in_proj_weight   (3 d_model, d_model)   the rows of W_Q, then of W_K, then of W_V
        in_proj_bias     (3 d_model,)           in the same order
        out_proj.weight  (d_model, d_model)     W_O
        out_proj.bias    (d_model,)

    Weights are stored as torch stores them and are applied as x Wᵀ + b.
    """

    def __init__(self, d_model: int, n_heads: int) -> None:
        """Create the parameters.

        Args:
            d_model: features of a token; d_head is d_model / n_heads.
            n_heads: divides d_model.

        Raises:
            ValueError: n_heads does not divide d_model.
        """
        super().__init__()
        if d_model % n_heads != 0:
            raise ValueError(f"n_heads: expected a divisor of d_model = {d_model}, got {n_heads}.")
        self.d_model, self.n_heads = d_model, n_heads
        self.in_proj_weight = nn.Parameter(torch.empty(3 * d_model, d_model))
        self.in_proj_bias = nn.Parameter(torch.zeros(3 * d_model))
        self.out_proj = nn.Linear(d_model, d_model)
        nn.init.xavier_uniform_(self.in_proj_weight)
        nn.init.zeros_(self.out_proj.bias)

    def forward(
        self,
        x: Tensor,
        context: Tensor | None = None,
        mask: Tensor | None = None,
        is_causal: bool = False,
        need_weights: bool = False,
    ) -> Tensor | tuple[Tensor, Tensor]:
        """Return the new features of every token of `x`.

        Args:
            x: (batch, q_len, d_model). The queries come from here.
            context: (batch, kv_len, d_model). Keys and values come from here; from `x` if None.
            mask: bool, broadcastable to (batch, n_heads, q_len, kv_len). True means "may attend".
            is_causal: hide every key position after the query position, besides what `mask` hides.
            need_weights: also return the weights of each head.

        Returns:
            (batch, q_len, d_model), or with `need_weights` a tuple of that and the weights
            (batch, n_heads, q_len, kv_len).
        """
        # Exercise 06.2 (10 lines): project, split into heads, attend, merge the heads, project out.
        raise NotImplementedError("Exercise 06.2: MultiHeadAttention.forward is not written yet.")

    def _split(self, features: Tensor) -> Tensor:
        """Return (batch, seq_len, d_model) as (batch, n_heads, seq_len, d_head)."""
        # Exercise 06.2 (1 line): cut the features into heads and move the head axis before the sequence axis.
        raise NotImplementedError("Exercise 06.2: MultiHeadAttention._split is not written yet.")
