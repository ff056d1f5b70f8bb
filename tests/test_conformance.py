"""The reference against ONNX's backend node tests, through adapters, and against torch in float64.

ONNX's operators know more than the course: additive masks, caches, soft caps, padded keys. Each adapter
brings a case into the form of the reference's functions and adds nothing that they should compute.
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from onnx.backend.test.case import node

from autograde.course.course import Course

Array = np.ndarray[Any, Any]

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # overflow while ONNX makes its own cases
    for operator in ("attention", "softmax", "rotaryembedding", "linear_attention"):
        importlib.import_module(f"{node.__name__}.{operator}")  # makes its cases; those of all take 3 s

CASES: dict[str, Any] = {case.name.removeprefix("test_"): case for case in node._NodeTestCases}
TOLERANCE = {"float64": 1e-9, "float32": 2e-5, "float16": 5e-3, "bfloat16": 3e-2}


def cases(op: str) -> list[str]:
    """Return the names of the cases of one operator, without those that expand it into others."""
    return sorted(
        name
        for name, case in CASES.items()
        if len(case.model.graph.node) == 1 and case.model.graph.node[0].op_type == op
    )


def read(name: str) -> tuple[dict[str, Any], dict[str, Array], dict[str, Array]]:
    """Return attributes, inputs and expected outputs of one case, by name."""
    case = CASES[name]
    called = case.model.graph.node[0]
    inputs, outputs = case.data_sets[0]
    attributes = {each.name: onnx.helper.get_attribute_value(each) for each in called.attribute}
    named_inputs = dict(zip(filter(None, called.input), map(np.asarray, inputs), strict=True))
    named_outputs = dict(zip(filter(None, called.output), map(np.asarray, outputs), strict=True))
    return attributes, named_inputs, named_outputs


def expect_outputs(actual: Mapping[str, Array], expected: Mapping[str, Array]) -> None:
    for name, want in expected.items():
        tolerance = TOLERANCE[str(want.dtype)]
        got, wanted = np.asarray(actual[name], np.float64), np.asarray(want, np.float64)
        assert got.shape == wanted.shape, name
        np.testing.assert_allclose(got, wanted, rtol=tolerance, atol=tolerance, err_msg=name)


# Softmax


@pytest.mark.parametrize("name", cases("Softmax"))
def test_softmax(course: Course, name: str) -> None:
    from reference.cpu.softmax import softmax

    attributes, inputs, outputs = read(name)
    expect_outputs({"y": softmax(inputs["x"], attributes.get("axis", -1))}, outputs)


# Attention


def heads(x: Array, n_heads: int | None) -> Array:
    """Return (batch, seq_len, n_heads * d) as (batch, n_heads, seq_len, d); four axes stay as they are."""
    from reference.cpu.multi_head import split_heads

    return x if n_heads is None or x.ndim == 4 else split_heads(x, n_heads)


def attention_case(attributes: Mapping[str, Any], inputs: Mapping[str, Array]) -> dict[str, Array]:
    """Compute one case of ONNX's Attention with the reference's scores, softmax, weighted sum and masks."""
    from reference.cpu.attention import attention, padding_mask, weighted_sum
    from reference.cpu.multi_head import merge_heads
    from reference.cpu.scores import scaled_scores

    wide = {name: x if x.dtype.kind in "bi" else x.astype(np.float64) for name, x in inputs.items()}
    n_heads, n_kv_heads = attributes.get("q_num_heads"), attributes.get("kv_num_heads")
    query, key, value = heads(wide["Q"], n_heads), heads(wide["K"], n_kv_heads), heads(wide["V"], n_kv_heads)
    past = wide["past_key"].shape[-2] if "past_key" in wide else 0
    if past:
        key = np.concatenate([wide["past_key"], key], axis=-2)
        value = np.concatenate([wide["past_value"], value], axis=-2)
    present = {"present_key": key, "present_value": value}
    groups = query.shape[1] // key.shape[1]
    key, value = np.repeat(key, groups, axis=1), np.repeat(value, groups, axis=1)
    d_head, q_len, kv_len = query.shape[-1], query.shape[-2], key.shape[-2]
    query = query * attributes.get("scale", d_head**-0.5) * d_head**0.5  # the reference divides by the root

    allowed = np.ones((1, 1, q_len, kv_len), bool)
    bias = np.zeros((1, 1, q_len, kv_len))
    if "attn_mask" in wide:
        allowed, bias = mask_and_bias(wide["attn_mask"], kv_len)
    offset = np.array([past])
    if "nonpad_kv_seqlen" in wide:
        lengths = wide["nonpad_kv_seqlen"]
        allowed = allowed & padding_mask(lengths, kv_len)[:, None]
        offset = lengths - q_len
    left, right = attributes.get("left_window_size", -1), attributes.get("right_window_size", -1)
    right = 0 if attributes.get("is_causal") else right
    if right >= 0:
        allowed = allowed & up_to(q_len, kv_len, offset + right)
    if left >= 0:
        allowed = allowed & ~up_to(q_len, kv_len, offset - left - 1)

    raw = scaled_scores(query, key)
    cap = attributes.get("softcap", 0.0)
    capped = cap * np.tanh(raw / cap) if cap else raw
    scores = np.where(allowed, capped + bias, -np.inf)
    if cap or np.any(bias):  # what a boolean mask cannot say: the capped and shifted scores are the query
        identity = np.broadcast_to(np.eye(kv_len), (*scores.shape[:-2], kv_len, kv_len))
        shifted = np.where(allowed, capped + bias, 0.0) * kv_len**0.5
        output, weights = attention(shifted, identity, value, allowed)
    else:
        output, weights = attention(query, key, value, allowed)
    assert np.allclose(weighted_sum(weights, value), output)
    steps = (raw, capped, scores, weights)
    output = merge_heads(output) if wide["Q"].ndim == 3 else output
    return {"Y": output, "qk_matmul_output": steps[attributes.get("qk_matmul_output_mode", 0)], **present}


def up_to(q_len: int, kv_len: int, offsets: Array) -> Array:
    """Return the causal mask of each batch element: (batch, 1, q_len, kv_len)."""
    from reference.cpu.attention import causal_mask

    return np.stack([causal_mask(q_len, kv_len, int(offset)) for offset in offsets])[:, None]


def mask_and_bias(mask: Array, kv_len: int) -> tuple[Array, Array]:
    """Return what may be attended and what is added to the scores; a short mask hides the other keys."""
    mask = mask.reshape((1,) * (4 - mask.ndim) + mask.shape)
    allowed = mask if mask.dtype == bool else mask > -1e30
    bias = np.zeros(mask.shape) if mask.dtype == bool else np.where(allowed, mask, 0.0)
    missing = [(0, 0)] * 3 + [(0, kv_len - mask.shape[-1])]
    return np.pad(allowed, missing), np.pad(bias, missing)


@pytest.mark.parametrize("name", cases("Attention"))
def test_attention(course: Course, name: str) -> None:
    attributes, inputs, outputs = read(name)
    expect_outputs(attention_case(attributes, inputs), outputs)


# RotaryEmbedding


@pytest.mark.parametrize("name", cases("RotaryEmbedding"))
def test_rotary_embedding(course: Course, name: str) -> None:
    """ONNX gives a cosine and a sine for each pair: an angle and a length. The reference turns the pairs."""
    from reference.cpu.positions import rotary

    attributes, inputs, outputs = read(name)
    x = heads(inputs["input"], attributes.get("num_heads")).astype(np.float64)
    turned = attributes.get("rotary_embedding_dim") or x.shape[-1]
    cos, sin = inputs["cos_cache"].astype(np.float64), inputs["sin_cache"].astype(np.float64)
    if "position_ids" in inputs:
        cos, sin = cos[inputs["position_ids"]], sin[inputs["position_ids"]]  # (batch, seq_len, turned / 2)
    pairs = as_pairs(x[..., :turned], bool(attributes.get("interleaved")))
    angle = np.broadcast_to(np.arctan2(sin, cos)[:, None], pairs.shape[:-1])
    length = np.hypot(cos, sin)[:, None, ..., None]
    rows = rotary((pairs * length).reshape(-1, 2), angle.reshape(-1))
    result = x.copy()
    result[..., :turned] = from_pairs(rows.reshape(pairs.shape), bool(attributes.get("interleaved")))
    if inputs["input"].ndim == 3:
        result = result.swapaxes(1, 2).reshape(inputs["input"].shape)
    expect_outputs({"output": result}, outputs)


def as_pairs(x: Array, interleaved: bool) -> Array:
    """Return the two coordinates of each arrow side by side: (..., d / 2, 2)."""
    first, second = (x[..., ::2], x[..., 1::2]) if interleaved else np.split(x, 2, axis=-1)
    return np.stack([first, second], axis=-1)


def from_pairs(pairs: Array, interleaved: bool) -> Array:
    if interleaved:
        return pairs.reshape(*pairs.shape[:-2], -1)
    return np.concatenate([pairs[..., 0], pairs[..., 1]], axis=-1)


# LinearAttention


def plain_linear_attention() -> list[str]:
    """Return the cases without decay and delta rule, which the course does not teach."""
    return [name for name in cases("LinearAttention") if read(name)[0].get("update_rule") == b"linear"]


@pytest.mark.parametrize("name", plain_linear_attention())
def test_linear_attention(course: Course, name: str) -> None:
    """ONNX's state is a sum of key times value. The reference's features are positive: two halves make it."""
    from reference.cpu.efficient import linear_attention_step

    attributes, inputs, outputs = read(name)
    query, key, value = (
        heads(inputs[each].astype(np.float64), attributes[f"{'q' if each == 'query' else 'kv'}_num_heads"])
        for each in ("query", "key", "value")
    )
    rows: list[Array] = []
    states: list[Any] = [None, None]
    for step in range(query.shape[-2]):
        for sign, half in ((1, 0), (-1, 1)):
            features = np.maximum(sign * key[..., step, :], 0.0)
            _, states[half] = linear_attention_step(
                states[half], np.ones_like(features), feature_map_inverse(features), value[..., step, :]
            )
        memory = states[0][0] - states[1][0]  # (batch, n_heads, d_head, d_value)
        rows.append(np.einsum("bhd,bhde->bhe", query[..., step, :], memory))
    output = np.stack(rows, axis=1) * attributes.get("scale", query.shape[-1] ** -0.5)
    expect_outputs({"output": output.reshape(outputs["output"].shape), "present_state": memory}, outputs)


def feature_map_inverse(features: Array) -> Array:
    """Return what elu(x) + 1 turns into `features`."""
    with np.errstate(divide="ignore"):
        return np.where(features > 1, features - 1, np.log(features))


def test_the_cases_are_there() -> None:
    """A new version of ONNX must not empty this file."""
    assert len(cases("Attention")) >= 77
    assert len(cases("Softmax")) >= 7
    assert len(cases("RotaryEmbedding")) >= 8
    assert len(plain_linear_attention()) >= 2


# torch in float64

SIZES = [(1, 1), (3, 5), (5, 3)]


@pytest.mark.parametrize(("q_len", "kv_len"), SIZES)
@pytest.mark.parametrize("is_causal", [False, True])
def test_attention_agrees_with_torch(course: Course, q_len: int, kv_len: int, is_causal: bool) -> None:
    from reference.cpu.attention import attention, causal_mask
    from reference.cuda.attention import attention as torch_attention

    generator = torch.Generator().manual_seed(0)
    query, key, value = (
        torch.randn(2, 3, length, 4, dtype=torch.float64, generator=generator)
        for length in (q_len, kv_len, kv_len)
    )
    expected = torch.nn.functional.scaled_dot_product_attention(query, key, value, is_causal=is_causal)
    mask = causal_mask(q_len, kv_len) if is_causal else None
    output, weights = attention(query.numpy(), key.numpy(), value.numpy(), mask)
    np.testing.assert_allclose(output, expected.numpy(), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(weights.sum(axis=-1), 1.0)
    np.testing.assert_allclose(
        torch_attention(query, key, value, is_causal=is_causal), expected, rtol=1e-12, atol=1e-12
    )


def test_softmax_and_its_gradient_agree_with_torch(course: Course) -> None:
    from reference.cpu.softmax import softmax, softmax_backward

    scores = torch.randn(
        3, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(1), requires_grad=True
    )
    weights = torch.softmax(scores, dim=-1)
    gradient = torch.ones_like(scores) * torch.arange(5)
    weights.backward(gradient)
    np.testing.assert_allclose(softmax(scores.detach().numpy()), weights.detach().numpy(), rtol=1e-13)
    assert scores.grad is not None
    backward = softmax_backward(weights.detach().numpy(), gradient.numpy())
    np.testing.assert_allclose(backward, scores.grad.numpy(), rtol=1e-11, atol=1e-13)
