"""Around attention: the block of a pretrained encoder, and a small model that learns to look things up."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .multi_head import MultiHeadAttention


class EncoderBlock(nn.Module):
    """One layer of BERT and its relatives: attention between the tokens, then each token by itself.

    Each of the two steps is added to what came in (the residual connection), and the sum is normalised.
    The parameters have these names, so that pretrained weights find their place:

        attention        MultiHeadAttention(d_model, n_heads)
        norm_attention   LayerNorm(d_model), after the attention
        widen            Linear(d_model, d_hidden)
        narrow           Linear(d_hidden, d_model)
        norm_output      LayerNorm(d_model), after the two linear layers
    """

    def __init__(self, d_model: int, n_heads: int, d_hidden: int) -> None:
        """Create the parameters.

        Args:
            d_model: features of a token.
            n_heads: divides d_model.
            d_hidden: features of a token between `widen` and `narrow`; four times d_model in most models.
        """
        super().__init__()
        self.attention = MultiHeadAttention(d_model, n_heads)
        self.norm_attention = nn.LayerNorm(d_model, eps=1e-12)
        self.widen = nn.Linear(d_model, d_hidden)
        self.narrow = nn.Linear(d_hidden, d_model)
        self.norm_output = nn.LayerNorm(d_model, eps=1e-12)

    def forward(
        self, x: Tensor, mask: Tensor | None = None, need_weights: bool = False
    ) -> Tensor | tuple[Tensor, Tensor]:
        """Return the new features of every token.

            y      = norm_attention(x + attention(x))
            output = norm_output(y + narrow(gelu(widen(y))))

        where gelu is `nn.functional.gelu`, the exact one.

        Args:
            x: (batch, seq_len, d_model).
            mask: bool, broadcastable to (batch, n_heads, seq_len, seq_len). True means "may attend".
            need_weights: also return the attention weights.

        Returns:
            (batch, seq_len, d_model), or with `need_weights` a tuple of that and the weights
            (batch, n_heads, seq_len, seq_len).

        Source: Devlin et al. 2019, "BERT"; the order of sum and norm is that of Vaswani et al. 2017.
        """
        # Exercise 09.3 (5 lines): attend, add, normalise; widen, gelu, narrow, add, normalise.
        ### BEGIN SOLUTION
        attended, weights = self.attention(x, mask=mask, need_weights=True)
        x = self.norm_attention(x + attended)
        hidden = nn.functional.gelu(self.widen(x))  # (batch, seq_len, d_hidden)
        x = self.norm_output(x + self.narrow(hidden))
        return (x, weights) if need_weights else x
        ### END SOLUTION


class RecallModel(nn.Module):
    """Layers of causal attention and nothing else: enough to look up what was said before.

    It reads "k1 v1 k2 v2 ... kn vn k" and says which value followed the key k. Its parameters:

        embedding   Embedding(2 n_symbols, d_model): keys are the tokens 0 to n_symbols - 1, values the rest
        position    (2 n_pairs + 1, d_model), learned, added to the tokens
        norms       one LayerNorm(d_model) for each layer, before its attention
        layers      one MultiHeadAttention(d_model, 1) for each layer
        unembed     Linear(d_model, 2 n_symbols), without a bias
    """

    def __init__(self, n_symbols: int = 16, n_pairs: int = 6, d_model: int = 64, n_layers: int = 2) -> None:
        """Create the parameters.

        Args:
            n_symbols: how many keys there are, and how many values.
            n_pairs: how many of them are said before the question.
            d_model: features of a token.
            n_layers: how many layers of attention.
        """
        super().__init__()
        self.embedding = nn.Embedding(2 * n_symbols, d_model)
        self.position = nn.Parameter(0.02 * torch.randn(2 * n_pairs + 1, d_model))
        self.norms = nn.ModuleList(nn.LayerNorm(d_model) for _ in range(n_layers))
        self.layers = nn.ModuleList(MultiHeadAttention(d_model, 1) for _ in range(n_layers))
        self.unembed = nn.Linear(d_model, 2 * n_symbols, bias=False)

    def forward(self, tokens: Tensor, need_weights: bool = False) -> Tensor | tuple[Tensor, list[Tensor]]:
        """Return a score for every token that could come next, at every position.

        Each layer normalises its input, attends causally, and adds the result to its input:
        x + layer(norm(x)). The last x goes through `unembed`.

        Args:
            tokens: (batch, seq_len) whole numbers; seq_len is at most 2 n_pairs + 1.
            need_weights: also return the attention weights.

        Returns:
            (batch, seq_len, 2 n_symbols), or with `need_weights` a tuple of that and a list with the
            weights of each layer, (batch, 1, seq_len, seq_len).
        """
        # Exercise 09.4 (4 lines): embed and add the positions; then what each layer does to x.
        ### BEGIN SOLUTION
        x = self.embedding(tokens) + self.position[: tokens.shape[1]]  # (batch, seq_len, d_model)
        ### END SOLUTION
        all_weights = []
        for norm, layer in zip(self.norms, self.layers, strict=True):
            ### BEGIN SOLUTION
            attended, weights = layer(norm(x), is_causal=True, need_weights=True)
            x = x + attended
            all_weights.append(weights)
            ### END SOLUTION
        scores: Tensor = self.unembed(x)  # (batch, seq_len, 2 n_symbols)
        return (scores, all_weights) if need_weights else scores


def recall_batch(
    batch: int, n_pairs: int, n_symbols: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Return questions and their answers; complete, not part of the exercise.

    Args:
        batch: how many questions.
        n_pairs: pairs of key and value in each; the keys differ, values may repeat.
        n_symbols: how many keys there are, and how many values.
        generator: where the random numbers come from.

    Returns:
        tokens: (batch, 2 n_pairs + 1), "k1 v1 k2 v2 ... kn vn k" with k one of the keys.
        answers: (batch,), the value that followed k.
    """
    keys = torch.rand(batch, n_symbols, generator=generator).argsort(dim=1)[:, :n_pairs]
    values = torch.randint(n_symbols, 2 * n_symbols, (batch, n_pairs), generator=generator)
    asked = torch.randint(n_pairs, (batch, 1), generator=generator)
    pairs = torch.stack([keys, values], dim=2).flatten(1)  # (batch, 2 n_pairs)
    return torch.cat([pairs, keys.gather(1, asked)], dim=1), values.gather(1, asked).squeeze(1)


def train_recall(
    seed: int = 0, steps: int = 250, batch: int = 128, n_pairs: int = 6, n_symbols: int = 16
) -> tuple[RecallModel, list[float]]:
    """Train a RecallModel from scratch and return it, with the loss of every step.

    A step draws one batch of questions with `recall_batch`, compares the scores at the last position
    with the answers by `nn.functional.cross_entropy`, and changes the parameters by
    `torch.optim.AdamW(..., lr=2e-3)`. 250 steps must reach 99 % right answers, with the default sizes
    and with smaller ones.

    Args:
        seed: seeds torch (for the first parameters) and the generator of the questions.
        steps: how many batches the model sees.
        batch: questions in a batch.
        n_pairs: pairs in a question.
        n_symbols: how many keys there are, and how many values.

    Returns:
        model: the trained model.
        losses: one float for each step, the loss before the parameters change.
    """
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    model = RecallModel(n_symbols, n_pairs)
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
    losses = []
    for _ in range(steps):
        # Exercise 09.4 (6 lines): draw a batch, compare, step back through, change, note the loss.
        ### BEGIN SOLUTION
        tokens, answers = recall_batch(batch, n_pairs, n_symbols, generator)
        loss = nn.functional.cross_entropy(model(tokens)[:, -1], answers)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        ### END SOLUTION
    return model, losses
