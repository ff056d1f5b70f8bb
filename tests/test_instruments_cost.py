"""The counters of arithmetic and memory: exact numbers on small cases, slopes on attention."""

from __future__ import annotations

import array
import ctypes
import gc
import math
import pickle
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from numpy.lib.stride_tricks import sliding_window_view

from autograde.call import Call, Target
from autograde.growth import growth_exponent
from autograde.instruments import cost_numpy, cost_torch

LENGTHS = (64, 128, 256, 512)
D = 16


@pytest.fixture(autouse=True, scope="module")
def _few_objects() -> Iterator[None]:
    """Spare the counter, which collects garbage before each call, what the test run itself holds."""
    gc.freeze()
    yield
    gc.unfreeze()


def naive(q, k, v):
    scores = q @ k.T / math.sqrt(q.shape[-1])
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    return weights / weights.sum(-1, keepdims=True) @ v


def chunked(q, k, v, block=32):
    q, k, v = np.asarray(q), np.asarray(k), np.asarray(v)
    output = np.zeros_like(q)
    for i in range(0, len(q), block):
        rows = q[i : i + block]
        top, total, mixed = np.full((len(rows), 1), -np.inf), np.zeros((len(rows), 1)), np.zeros(rows.shape)
        for j in range(0, len(k), block):
            scores = rows @ k[j : j + block].T / math.sqrt(q.shape[-1])
            new = np.maximum(top, scores.max(-1, keepdims=True))
            p, shrink = np.exp(scores - new), np.exp(top - new)
            total = total * shrink + p.sum(-1, keepdims=True)
            mixed = mixed * shrink + p @ v[j : j + block]
            top = new
        output[i : i + block] = mixed / total
    return output


def linear(q, k, v):
    q, k = np.where(q > 0, q + 1, np.exp(np.minimum(q, 0))), np.where(k > 0, k + 1, np.exp(np.minimum(k, 0)))
    return (q @ (k.T @ v)) / (q @ k.sum(0)[:, None])


def by_scalars(q, k, v):
    output = []
    for row in q:
        weights = [np.exp(sum(row[c] * key[c] for c in range(len(row))) / math.sqrt(len(row))) for key in k]
        total = sum(weights)
        output.append(
            [
                sum(w * value[c] for w, value in zip(weights, v, strict=True)) / total
                for c in range(v.shape[1])
            ]
        )
    return np.array(output)


def filled(a, b):
    rows = np.zeros((2, 5))
    for j in range(5):
        rows[0, j] = a[0, j] * 2
    rows[1] = [a[0, j] for j in range(5)]
    return rows


class Own(np.ndarray):
    """An array that carries its operations out by itself."""

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        bare = [np.ndarray.view(each, np.ndarray) if isinstance(each, Own) else each for each in inputs]
        return getattr(ufunc, method)(*bare, **kwargs)


def uncounted(x):
    return np.frombuffer(x, x.dtype).reshape(x.shape)


def arrays(n, dtype=np.float64):
    generator = np.random.default_rng(0)
    return [generator.standard_normal((n, D)).astype(dtype) for _ in range(3)]


def slopes(module, function, make):
    costs = [module.count(function, *make(n)) for n in LENGTHS]
    flops = growth_exponent(LENGTHS, [cost.flops for cost in costs])
    return flops, growth_exponent(LENGTHS, [cost.peak_bytes for cost in costs])


@pytest.mark.parametrize(
    ("function", "flops"),
    [
        (lambda a, b: a @ b, 2 * 3 * 5 * 7),
        (lambda a, b: np.dot(a, b), 2 * 3 * 5 * 7),
        (lambda a, b: a.dot(b), 2 * 3 * 5 * 7),
        (lambda a, b: np.tensordot(a, b, 1), 2 * 3 * 5 * 7),
        (lambda a, b: np.inner(a, b.T), 2 * 3 * 5 * 7),
        (lambda a, b: np.einsum("ij,jk->ik", a, b), 2 * 3 * 5 * 7),
        (lambda a, b: np.einsum("ij,jk", a, b), 2 * 3 * 5 * 7),
        (lambda a, b: np.einsum("...ij,...jk->...ik", a[None], b[None]), 2 * 3 * 5 * 7),
        (lambda a, b: np.einsum("ij,jk->", a, b), 2 * 3 * 5 * 7),
        (lambda a, b: np.einsum("ij,jk,kl->il", a, b, b.T, optimize=["einsum_path", (0, 1), (0, 1)]), 420),
        (lambda a, b: np.einsum("ij->i", a), 15),
        (lambda a, b: np.einsum(a, [0, 1], b, [1, 2], [0, 2]), 2 * 3 * 5 * 7),
        (lambda a, b: np.einsum(a, [0, 1], b, [1, 2]), 2 * 3 * 5 * 7),
        (lambda a, b: np.einsum(a[None], [..., 0, 1], b[None], [..., 1, 2], [..., 0, 2]), 2 * 3 * 5 * 7),
        (lambda a, b: a.view(np.ndarray) @ np.asarray(b).view(), 2 * 3 * 5 * 7),
        (lambda a, b: np.fromiter((x * 2 for x in a[0]), float), 5),
        (lambda a, b: np.dot(a, b, out=np.empty((3, 7))), 2 * 3 * 5 * 7),
        (lambda a, b: np.concatenate([a, a])[np.argsort(a[:, 0])].mean(axis=0), 3 + 15 + 5),
        (lambda a, b: np.einsum("ij->ji", a), 0),
        (lambda a, b: np.asarray(a) @ np.array(b), 2 * 3 * 5 * 7),
        (lambda a, b: np.exp(a), 15),
        (lambda a, b: a.sum(axis=0), 15),
        (lambda a, b: np.zeros(15) + np.ones(15), 15),
        (lambda a, b: a[:, :, None] * b, 3 * 5 * 7),
        (lambda a, b: np.where(a > 0, a, 0.0), 30),
        (lambda a, b: a.T.reshape(-1).copy(), 0),
        (lambda a, b: a[0, 0] * a[0, 1] + a[0, 2], 2),
        (lambda a, b: a.argmax() + 0, 15),
        (lambda a, b: np.stack([a[0, 0], a[0, 1]]) + 1.0, 2),
        (lambda a, b: np.array([[x * 2 for x in row] for row in a]), 15),
        (lambda a, b: np.where(a[0, 0] > 1, a[0, 0], a[0]), 5 + 1),
        (lambda a, b: np.linalg.norm(a), 15),
        (lambda a, b: np.outer(a[0], b[0]), 35),
        (lambda a, b: a.cumsum(axis=0), 15),
        (lambda a, b: filled(a, b), 5),
    ],
)
def test_numpy_operations_are_counted_exactly(function, flops):
    a, b = np.arange(15.0).reshape(3, 5), np.arange(35.0).reshape(5, 7)
    cost = cost_numpy.count(function, a, b)
    assert cost.flops == flops
    np.testing.assert_array_equal(cost.value, function(a, b))
    assert type(cost.value) is type(function(a, b))


def test_in_place_work_is_counted_and_leaves_the_arguments_alone():
    def function(x):
        x += 1.0
        total = np.zeros(4)
        total += x
        np.multiply(total, 2.0, out=total)
        return total

    x = np.ones(4)
    cost = cost_numpy.count(function, x)
    assert (cost.flops, cost.value.tolist(), x.tolist()) == (12, [4.0] * 4, [1.0] * 4)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_number_out_of_an_array_counts_and_is_not_changed_by_its_copies(dtype):
    def function(x):
        top = x[0]
        old = top
        top += 1
        return old, top, {old: 1}[old]

    old, top, _ = cost_numpy.count(function, np.array([3.0], dtype)).value
    assert (old, top, type(top)) == (3.0, 4.0, dtype)


def test_numpy_is_itself_again_after_a_count_that_failed():
    before = np.asarray
    with pytest.raises(ZeroDivisionError):
        cost_numpy.count(lambda x: 1 / 0, np.ones(2))
    assert np.asarray is before


@pytest.mark.parametrize(
    ("function", "flops", "memory"), [(naive, 2.0, 1.9), (chunked, 2.0, 0.5), (linear, 1.0, 0.95)]
)
def test_numpy_slopes_are_those_of_the_method(function, flops, memory):
    found = slopes(cost_numpy, function, arrays)
    assert found[0] == pytest.approx(flops, abs=0.05)
    assert found[1] == pytest.approx(memory, abs=0.2)


@pytest.mark.parametrize("function", [naive, chunked, by_scalars])
def test_no_style_of_exact_attention_is_below_the_two_products(function):
    q, k, v = (x[:24] for x in arrays(24))
    cost = cost_numpy.count(function, q, k, v)
    assert cost.flops >= 4 * 24 * 24 * D - 2 * 24 * 24
    np.testing.assert_allclose(cost.value, naive(q, k, v))


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (lambda q, k, v: naive(*(np.array(x.tolist()) for x in (q, k, v))), "tolist"),
        (lambda q, k, v: q[0, 0].item(), "item"),
        (lambda q, k, v: q.item(3), "item"),
        (lambda q, k, v: sum(x * x for x in q.flat), "flat"),
        (lambda q, k, v: naive(*(x.view(Own) for x in (q, k, v))), "view"),
        (lambda q, k, v: [[float(x) for x in row] for row in q], "float"),
        (lambda q, k, v: np.vectorize(lambda x: x * x)(q), "frompyfunc"),
        (lambda q, k, v: np.apply_along_axis(lambda row: row @ k.T, 1, q), "apply_along_axis"),
        (lambda q, k, v: np.fft.fft(q), "fft"),
        (lambda q, k, v: np.linalg.svd(q), "svd"),
        (lambda q, k, v: np.linalg.multi_dot([q, k.T, v]), "multi_dot"),
        (lambda q, k, v: np.convolve(q[0], k[0]), "convolve"),
        (lambda q, k, v: naive(*map(uncounted, (q, k, v))), "memory"),
        (lambda q, k, v: naive(*(np.asarray(memoryview(x)) for x in (q, k, v))), "memory"),
        (lambda q, k, v: naive(*(np.from_dlpack(x) for x in (q, k, v))), "memory"),
        (lambda q, k, v: naive(*(np.ndarray.view(x, np.ndarray) for x in (q, k, v))), "memory"),
        (lambda q, k, v: naive(*(np.ndarray(x.shape, buffer=x.data) for x in (q, k, v))), "memory"),
        (lambda q, k, v: np.array(array.array("d", q[0])) * 2, "memory"),
        (lambda q, k, v: math.exp(q[0, 0]), "memory"),
        (lambda q, k, v: float.__mul__(q[0, 0], 2.0), "memory"),
        (lambda q, k, v: sum(pickle.loads(pickle.dumps(q))), "memory"),
        (lambda q, k, v: np.array(list(np.nditer(q))), "memory"),
    ],
)
def test_numpy_escapes_are_noted(function, name):
    assert name in cost_numpy.count(function, *arrays(8)).escapes
    assert cost_numpy.count(naive, *arrays(8)).escapes == ()


def test_a_result_is_that_of_plain_arrays_whatever_a_count_made_of_it():
    q, k, v = arrays(8)
    cost = cost_numpy.count(lambda q, k, v: naive(*map(uncounted, (q, k, v))), q, k, v)
    np.testing.assert_array_equal(cost.value, naive(q, k, v))


@pytest.mark.parametrize(
    "work",
    [
        lambda q: q[::2] * 2,
        lambda q: [q.sum(), {"top": q.max(axis=0)}],
        lambda q: sliding_window_view(np.pad(q, 1), 3, axis=0) * 2,
    ],
)
def test_what_stays_in_the_count_is_no_escape(work):
    assert cost_numpy.count(work, arrays(8)[0]).escapes == ()


def test_work_of_another_thread_is_counted_and_noted():
    cost = cost_numpy.count(lambda *given: in_a_thread(naive, *given), *arrays(8))
    assert cost.flops == cost_numpy.count(naive, *arrays(8)).flops
    assert cost.escapes == ("thread",)


POOLED = b"""
from concurrent.futures import ThreadPoolExecutor

pool = ThreadPoolExecutor(1)
pool.submit(len, ()).result()

def plain(x):
    return x + x

def pooled(x):
    return pool.submit(lambda: x + x).result()
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("packages", "mode", "x"),
    [("numpy", "cost_numpy", np.ones(3)), ("torch", "cost_torch", torch.ones(3))],
)
def test_a_pool_that_a_file_made_when_it_was_loaded_is_noted(sandbox, packages, mode, x):
    alone = POOLED.split(b"pool =")[0] + b"def plain" + POOLED.split(b"def plain")[1]

    def escapes(source, name):
        with sandbox.session("attnlib", {"cpu/f.py": source}, packages=packages) as session:
            return session.call(Call(Target.of(f"cpu.f.{name}"), (x,), mode=mode))["escapes"]

    assert escapes(alone, "plain") == []
    assert escapes(POOLED, "pooled") == escapes(POOLED, "plain") == ["thread"]


def test_peak_memory_counts_what_is_held_at_once():
    once = cost_numpy.count(lambda x: [np.zeros(100_000)[:1].copy() for _ in range(5)], np.ones(1)).peak_bytes
    kept = cost_numpy.count(lambda x: [np.zeros(100_000)[:1] for _ in range(5)], np.ones(1)).peak_bytes
    assert 800_000 <= once < 850_000
    assert 4_000_000 <= kept < 4_050_000


@pytest.mark.slow
def test_numpy_counts_are_identical_in_another_process():
    program = (
        "from tests.test_instruments_cost import *\n"
        "print([(c.flops, c.peak_bytes) for f in (naive, chunked, linear)"
        " for c in [cost_numpy.count(f, *arrays(64))]])"
    )
    runs = {
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
        for _ in range(3)
    }
    assert len(runs) == 1


def torch_naive(q, k, v):
    return torch.softmax(q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1]), -1) @ v


def torch_chunked(q, k, v):
    parts = []
    for rows in q.split(32):
        weights = torch.softmax(rows @ k.T, -1)
        parts.append(weights @ v)
    return torch.cat(parts)


def torch_linear(q, k, v):
    q, k = torch.nn.functional.elu(q) + 1, torch.nn.functional.elu(k) + 1
    return (q @ (k.T @ v)) / (q @ k.sum(0)[:, None])


POOL = ThreadPoolExecutor(1)
POOL.submit(int).result()  # its thread is there before a count


def in_a_thread(function, *args):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(function, *args).result()


def spin():
    start_s = time.thread_time()
    while time.thread_time() < start_s + 0.08:
        pass


def tensors(n):
    return [torch.from_numpy(x).float() for x in arrays(n)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "flops", "memory"),
    [(torch_naive, 2.0, 2.0), (torch_chunked, 2.0, 1.0), (torch_linear, 1.0, 1.0)],
)
def test_torch_slopes_are_those_of_the_method(function, flops, memory):
    found = slopes(cost_torch, function, tensors)
    assert found == pytest.approx((flops, memory), abs=0.15)


@pytest.mark.parametrize(
    ("function", "flops", "peak_bytes"),
    [
        (lambda a, b: a @ b, 2 * 3 * 5 * 7, 4 * 21),
        (lambda a, b: torch.einsum("ij,jk->ik", a, b), 2 * 3 * 5 * 7, 4 * 21),
        (lambda a, b: (a[:, :, None] * b).sum(1), 2 * 3 * 5 * 7, 4 * (105 + 21)),
        (lambda a, b: a.exp().sum(), 30, 4 * 16),
        (lambda a, b: a.T.reshape(-1), 0, 4 * 15),
        (lambda a, b: torch.where(a > 0, a, 0.0), 30, 15 + 4 + 4 * 15),
        (lambda a, b: a.add_(1.0), 15, 0),
    ],
)
def test_torch_operations_are_counted_exactly(function, flops, peak_bytes):
    a, b = torch.arange(15.0).reshape(3, 5), torch.arange(35.0).reshape(5, 7)
    cost = cost_torch.count(function, a, b)
    assert (cost.flops, cost.peak_bytes) == (flops, peak_bytes)
    assert a.tolist() == torch.arange(15.0).reshape(3, 5).tolist()


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (lambda q, k, v: torch.from_numpy(naive(q.numpy(), k.numpy(), v.numpy())), "numpy"),
        (lambda q, k, v: torch.tensor(q.tolist()), "tolist"),
        (lambda q, k, v: q[0, 0].item(), "item"),
        (lambda q, k, v: float(q.sum()), "item"),
        (lambda q, k, v: torch.from_numpy(np.asarray(q)), "__array__"),
        (lambda q, k, v: np.from_dlpack(q), "__dlpack__"),
        (lambda q, k, v: torch.utils.dlpack.to_dlpack(q), "__dlpack__"),  # type: ignore[attr-defined]
        (lambda q, k, v: torch.as_tensor(np.ones(3)), "numpy"),
        (lambda q, k, v: torch.from_numpy(np.ones(3)), "numpy"),
        (lambda q, k, v: list(q.untyped_storage()), "untyped_storage"),
        (lambda q, k, v: pickle.dumps(q), "untyped_storage"),
        (lambda q, k, v: q.data_ptr(), "data_ptr"),
        (lambda q, k, v: ctypes.string_at(q.data_ptr(), 4), "ctypes"),
        (lambda q, k, v: in_a_thread(torch_naive, q, k, v), "thread"),
        (lambda q, k, v: POOL.submit(spin).result(), "thread"),
    ],
)
def test_torch_escapes_are_noted(function, name):
    assert name in cost_torch.count(function, *tensors(8)).escapes
    assert cost_torch.count(torch_naive, *tensors(8)).escapes == ()


def test_torch_counts_backward_too():
    def function(q, k, v):
        q.requires_grad_()
        torch_naive(q, k, v).sum().backward()
        return q.grad

    assert (
        cost_torch.count(function, *tensors(8)).flops
        > 2 * cost_torch.count(torch_naive, *tensors(8)).flops - 600
    )


@pytest.mark.parametrize(
    ("module", "function", "make"), [(cost_numpy, naive, arrays), (cost_torch, torch_naive, tensors)]
)
def test_counts_are_identical_from_run_to_run(module, function, make):
    costs = [module.count(function, *make(64)) for _ in range(3)]
    assert len({(cost.flops, cost.peak_bytes) for cost in costs}) == 1


@pytest.mark.parametrize(("module", "make"), [(cost_numpy, arrays), (cost_torch, tensors)])
def test_perform_answers_with_plain_data(module, make):
    answer = module.perform(lambda q, k, v: q @ k.T, make(4), {})
    assert answer["flops"] == 2 * 4 * 4 * D
    assert type(answer["flops"]) is type(answer["peak_bytes"]) is int
    assert answer["escapes"] == []
    assert type(answer["value"]) in (np.ndarray, torch.Tensor)
