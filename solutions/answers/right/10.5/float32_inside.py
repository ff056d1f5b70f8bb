"""Tiles widened to float32 before both products; the first block starts the maximum."""

import math

import torch
import triton
import triton.language as tl


@triton.jit
def kernel(
    query,
    key,
    value,
    output,
    lse,
    q_len,
    kv_len,
    scale,
    IS_CAUSAL: tl.constexpr,
    D: tl.constexpr,
    BQ: tl.constexpr,
    BK: tl.constexpr,
):
    head = tl.program_id(1)
    rows = tl.program_id(0) * BQ + tl.arange(0, BQ)
    d = tl.arange(0, D)
    at = (head * q_len + rows[:, None]) * D + d
    q = tl.load(query + at, mask=rows[:, None] < q_len, other=0.0).to(tl.float32)
    m = tl.full([BQ], float("-inf"), tl.float32)
    l = tl.zeros([BQ], tl.float32)
    o = tl.zeros([BQ, D], tl.float32)
    for start in range(0, kv_len, BK):
        columns = start + tl.arange(0, BK)
        kv_at = (head * kv_len + columns[:, None]) * D + d
        k = tl.load(key + kv_at, mask=columns[:, None] < kv_len, other=0.0).to(tl.float32)
        v = tl.load(value + kv_at, mask=columns[:, None] < kv_len, other=0.0).to(tl.float32)
        s = tl.dot(q, tl.trans(k), input_precision="ieee") * scale
        seen = columns[None, :] < kv_len
        if IS_CAUSAL:
            seen = seen & (columns[None, :] <= rows[:, None])
        s = tl.where(seen, s, float("-inf"))
        new = tl.maximum(m, tl.max(s, axis=1))
        factor = tl.exp(m - new)
        p = tl.exp(s - new[:, None])
        l = l * factor + tl.sum(p, axis=1)
        o = o * factor[:, None] + tl.dot(p.to(v.dtype), v, input_precision="ieee")
        m = new
    tl.store(output + at, (o / l[:, None]).to(output.dtype.element_ty), mask=rows[:, None] < q_len)
    tl.store(lse + head * q_len + rows, m + tl.log(l), mask=rows < q_len)


def flash_attention(query, key, value, is_causal=False):
    batch, n_heads, q_len, d = query.shape
    query, key, value = query.contiguous(), key.contiguous(), value.contiguous()
    output = torch.empty_like(query)
    lse = torch.empty(batch, n_heads, q_len, dtype=torch.float32, device=query.device)
    grid = (triton.cdiv(q_len, 32), batch * n_heads)
    kernel[grid](
        query, key, value, output, lse, q_len, key.shape[2], 1 / math.sqrt(d), is_causal, D=d, BQ=32, BK=64
    )
    return output, lse
