"""The reference of lesson 08 at lengths where the n x n table would not fit."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from importlib import import_module
from types import ModuleType

import numpy as np
import pytest

from autograde.course.course import Course
from autograde.growth import growth_exponent

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def efficient(course: Course) -> ModuleType:
    return import_module("reference.cpu.efficient")


def inputs(length: int) -> np.ndarray:
    return np.random.default_rng(length).normal(size=(3, length, 4)).astype(np.float32)


def peak_bytes(attend: Callable[..., object], length: int) -> int:
    given = inputs(length)
    tracemalloc.start()
    try:
        attend(*given)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_of_chunked_attention_grows_with_the_length(efficient: ModuleType) -> None:
    lengths = (2048, 4096, 8192)
    peaks = [peak_bytes(lambda q, k, v: efficient.chunked_attention(q, k, v, 64), n) for n in lengths]
    assert 0.95 < growth_exponent(lengths, peaks) < 1.05
    assert peaks[-1] < 8192 * 8192 * 4 / 16


def test_linear_attention_reads_a_million_tokens(efficient: ModuleType) -> None:
    query, key, value = inputs(1_000_000)
    output = efficient.linear_attention(query, key, value)
    weights = efficient.feature_map(query[:3]).astype(float) @ efficient.feature_map(key).astype(float).T
    wanted = weights / weights.sum(axis=1, keepdims=True) @ value
    assert output.dtype == np.float32
    assert np.allclose(output[:3], wanted, atol=1e-4)


def test_a_window_costs_a_window(efficient: ModuleType) -> None:
    lengths = (2048, 4096, 8192)
    peaks = [peak_bytes(lambda q, k, v: efficient.sliding_window_attention(q, k, v, 8), n) for n in lengths]
    assert 0.95 < growth_exponent(lengths, peaks) < 1.05
