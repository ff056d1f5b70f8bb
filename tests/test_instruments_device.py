"""The pretend device refuses what CUDA refuses; guards find what a kernel does beside its tensors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
import torch

from autograde.call import Call, Target
from autograde.sandbox import gpu
from autograde.sandbox.failure import SubmissionFailure
from autograde.sandbox.sandbox import Sandbox
from autograde.sandbox.session import Session

PROBES = b"""
import math

import torch


def in_place(q, k, v):
    out = torch.zeros_like(q)
    out[:, :2] = (q @ k.mT).softmax(-1)[:, :2] @ v
    out[:, 2:] += 1.0
    return out


def with_indices(q, k, v):
    order = torch.randperm(k.shape[1])
    return (q @ k[:, order].mT).softmax(-1) @ v[:, order]


def with_a_scalar(q, k, v):
    return torch.where(q > 0, q, torch.tensor(-math.inf)).softmax(-1).nan_to_num() @ k.mT @ v


def from_numbers(q, k, v):
    lowest = torch.tensor(-math.inf, device=q.device)
    rows = torch.as_tensor([0, 1, 2, 3], device=q.device)[:, None]
    hidden = torch.arange(k.shape[1], device=q.device) > rows
    return torch.where(hidden, lowest, q @ k.mT).softmax(-1) @ v + q.new_tensor([0.0, 1.0, 2.0])


def every_factory(q, k, v):
    d = q.device
    made = [torch.zeros(3, device=d), torch.ones(3, device=d), torch.full((3,), 2.0, device=d)]
    made += [torch.empty(3, device=d).fill_(1), torch.eye(3, device=d)[0], torch.linspace(0, 1, 3, device=d)]
    made += [q.new_zeros(3), q.new_ones(3), q.new_full((3,), 1.0), torch.zeros_like(q)]
    made += [torch.randn(3, device=d), torch.tril_indices(3, 3, device=d)[0, :3]]
    made += [torch.ones(3, 3, dtype=torch.bool, device=d).tril()[0]]
    return q + sum(part.to(q.dtype) for part in made)


def to_the_device(q, k, v):
    mask = torch.ones(q.shape[1], k.shape[1], dtype=torch.bool).tril().to(q.device)
    return (q @ k.mT).masked_fill(~mask, torch.finfo(q.dtype).min).softmax(-1) @ v


def mask_on_the_cpu(q, k, v):
    return (q @ k.mT).masked_fill(torch.ones(q.shape[1], k.shape[1]).triu(1).bool(), -1e9).softmax(-1) @ v


def constant_on_the_cpu(q, k, v):
    return q + torch.arange(q.shape[-1])


def through_numpy(q, k, v):
    return torch.from_numpy(q.numpy() @ k.numpy().swapaxes(1, 2)).softmax(-1) @ v


def to_the_host(q, k, v):
    return (q.cpu() @ k.cpu().mT).softmax(-1) @ v.cpu()


def asks_for_a_number(q, k, v):
    return q * float(k.max())


def branches(q, k, v):
    return q if (k > 0).any() else v


def picks_by_mask(q, k, v):
    return q[q > 0]


def lists(q, k, v):
    return torch.tensor(q.tolist(), device=q.device)


class Twice(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return 2 * x

    @staticmethod
    def backward(ctx, grad):
        two = torch.tensor(2.0, device=grad.device)
        return torch.tensor((grad * two).tolist(), device=grad.device)


def twice(q, k, v):
    return Twice.apply(q) + 0 * (k.sum() + v.sum())
"""


@pytest.fixture(scope="module")
def session(sandbox: Sandbox) -> Iterator[Session]:
    with sandbox.session("attnlib", {"cuda/probes.py": PROBES}, packages="torch") as session:
        yield session


def inputs() -> tuple[torch.Tensor, ...]:
    generator = torch.Generator().manual_seed(0)
    return tuple(torch.randn(2, n, 3, generator=generator) for n in (4, 5, 5))


def observed(session: Session, name: str, **options: object) -> Mapping[str, Any]:
    return session.call(Call(Target("cuda.probes", (name,)), inputs(), {}, "pretend_device", options))


@pytest.mark.parametrize(
    "name", ["in_place", "with_indices", "with_a_scalar", "from_numbers", "every_factory", "to_the_device"]
)
def test_what_cuda_allows_is_allowed(session: Session, name: str) -> None:
    seen = observed(session, name)
    assert seen["devices"] == ["pretend"]
    assert seen["log"] == []


@pytest.mark.parametrize("name", ["mask_on_the_cpu", "constant_on_the_cpu"])
def test_two_devices_do_not_mix(session: Session, name: str) -> None:
    with pytest.raises(SubmissionFailure, match="same device"):
        observed(session, name)


def test_numpy_gets_no_device_tensor(session: Session) -> None:
    with pytest.raises(SubmissionFailure, match="can't convert"):
        observed(session, "through_numpy")


@pytest.mark.parametrize(
    ("name", "noted"),
    [
        ("to_the_host", "copy to the host"),
        ("asks_for_a_number", "wait for the device (.item(), bool() or float() of a tensor)"),
        ("branches", "wait for the device (.item(), bool() or float() of a tensor)"),
        ("picks_by_mask", "wait for the device (indexing with a mask)"),
        ("lists", "copy to the host (.tolist)"),
    ],
)
def test_trips_to_the_host_are_noted(session: Session, name: str, noted: str) -> None:
    assert observed(session, name)["log"] == [noted]


def test_backward_has_the_same_rules(session: Session) -> None:
    seen = observed(session, "twice", cotangent=torch.ones(2, 4, 3))
    assert seen["log"] == ["copy to the host (.tolist)"]
    assert seen["gradients"][0].unique().tolist() == [2.0]


def test_a_result_on_the_host_is_seen(session: Session) -> None:
    assert observed(session, "to_the_host")["devices"] == ["cpu"]


def test_values_and_gradients_are_exact(sandbox: Sandbox, reference: Mapping[str, bytes]) -> None:
    generator = torch.Generator().manual_seed(1)
    given = [torch.randn(2, n, 4, 3, generator=generator, dtype=torch.float64) for n in (4, 2, 2)]
    cotangent = torch.randn(2, 4, 4, 3, generator=generator, dtype=torch.float64)
    with sandbox.session("attnlib", reference, packages="torch") as session:
        options = {"cotangent": cotangent}
        seen = session.call(
            Call(
                Target.of("cuda.attention.attention"),
                tuple(given),
                {"is_causal": True},
                "pretend_device",
                options,
            )
        )
    leaves = query, key, value = [each.requires_grad_() for each in given]
    wanted = torch.nn.functional.scaled_dot_product_attention(
        query, key, value, is_causal=True, enable_gqa=True
    )
    assert torch.allclose(seen["value"], wanted.detach(), rtol=1e-12)
    gradients = torch.autograd.grad(wanted, leaves, cotangent)
    for found, expected in zip(seen["gradients"], gradients, strict=True):
        assert torch.allclose(found, expected, rtol=1e-10, atol=1e-12)


def kernel_seen(
    sandbox: Sandbox, reference: Mapping[str, bytes], old: bytes, new: bytes
) -> Mapping[str, Any]:
    source = reference["cuda/kernels.py"]
    assert old in source
    changed = {**reference, "cuda/kernels.py": source.replace(old, new)}
    generator = torch.Generator().manual_seed(2)
    given = tuple(torch.randn(1, 1, n, 16, generator=generator) for n in (70, 81, 81))
    with sandbox.session("attnlib", changed, packages="triton") as session:
        return session.call(Call(Target.of("cuda.kernels.flash_attention"), given, {}, "guarded"))


@pytest.mark.slow
def test_without_its_launches_a_kernel_computes_nothing(
    sandbox: Sandbox, reference: Mapping[str, bytes]
) -> None:
    scores = torch.ones(2, 5)
    call = Call(Target.of("cuda.kernels.row_softmax"), (scores,), {}, "guarded")
    in_torch = {**reference, "cuda/kernels.py": b"def row_softmax(scores):\n    return scores.softmax(-1)\n"}
    for sources, right in ((reference, False), (in_torch, True)):
        with sandbox.session("attnlib", sources, packages="triton") as session:
            launched, left_out = (
                session.call(replace(call, options={"launch": each})) for each in (True, False)
            )
        assert torch.allclose(launched["value"], scores / 5)
        assert bool((left_out["value"] == 0.2).any()) is right


@pytest.mark.slow
def test_a_careful_kernel_leaves_the_guards_alone(sandbox: Sandbox, reference: Mapping[str, bytes]) -> None:
    seen = kernel_seen(sandbox, reference, b"", b"")
    assert seen["overwritten"] == seen["read_beside"] == 0
    assert all(bool(part.isfinite().all()) for part in seen["value"])


@pytest.mark.slow
@pytest.mark.parametrize(
    "store", [b"result, mask=rows[:, None] < q_len", b"tl.log(total), mask=rows < q_len"]
)
def test_writing_beside_a_tensor_is_found(
    sandbox: Sandbox, reference: Mapping[str, bytes], store: bytes
) -> None:
    seen = kernel_seen(sandbox, reference, store, store.partition(b", mask")[0])
    assert seen["overwritten"] == 1


@pytest.mark.slow
def test_reading_beside_a_tensor_poisons_the_result(sandbox: Sandbox, reference: Mapping[str, bytes]) -> None:
    mask = b"value + kv_tile_at, mask=columns[:, None] < kv_len, other=0.0"
    seen = kernel_seen(sandbox, reference, mask, b"value + kv_tile_at")
    assert bool(seen["value"][0].isnan().any())


@pytest.mark.slow
@pytest.mark.skipif(bool(gpu.name()), reason="only Triton's interpreter shows what a kernel reads")
def test_what_is_read_beside_a_tensor_and_dropped_is_counted(
    sandbox: Sandbox, reference: Mapping[str, bytes]
) -> None:
    mask = b"key + kv_tile_at, mask=columns[:, None] < kv_len, other=0.0"
    seen = kernel_seen(sandbox, reference, mask, b"key + kv_tile_at")
    assert bool(seen["value"][0].isfinite().all())  # these scores are hidden
    assert seen["read_beside"] > 0


@pytest.mark.slow
def test_what_was_never_written_is_nan(sandbox: Sandbox, reference: Mapping[str, bytes]) -> None:
    seen = kernel_seen(sandbox, reference, b"(triton.cdiv(q_len, block_q), batch", b"(1, batch")
    assert bool(seen["value"][0][0, 0, 32:].isnan().all())


@pytest.mark.slow
def test_what_backward_keeps_is_counted(sandbox: Sandbox, reference: Mapping[str, bytes]) -> None:
    given = tuple(torch.ones(1, 1, n, 16) for n in (20, 30, 30))
    options = {"cotangent": torch.ones(1, 1, 20, 16)}
    with sandbox.session("attnlib", reference, packages="triton") as session:
        flash = session.call(
            Call(Target("cuda.kernels", ("FlashAttention", "apply")), given, {}, "saved", options)
        )
        plain = session.call(
            Call(Target("cuda.attention", ("AttentionFunction", "apply")), given, {}, "saved", options)
        )
    assert flash["kept_bytes"] == 4 * 20  # lse; the inputs and the output are there anyway
    assert plain["kept_bytes"] == 4 * 20 * 30  # the weights
    assert flash["escapes"] == plain["escapes"] == []
    assert flash["backward_bytes"] > 0
