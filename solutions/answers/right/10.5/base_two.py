"""exp2 with the scale folded in; another order of the grid; strides as arguments."""

import math

import torch
import triton
import triton.language as tl


@triton.jit
def forward(
    Q, K, V, O, L, stride_q, stride_k, M, N, scale, C: tl.constexpr, D: tl.constexpr, B: tl.constexpr
):
    slice_index, tile = tl.program_id(0), tl.program_id(1)
    i = tile * B + tl.arange(0, B)
    f = tl.arange(0, D)
    row_ok = i[:, None] < M
    q = tl.load(Q + slice_index * stride_q + i[:, None] * D + f[None, :], mask=row_ok, other=0.0)
    best = tl.full([B], -1e30, tl.float32)
    total = tl.zeros([B], tl.float32)
    acc = tl.zeros([B, D], tl.float32)
    for start in range(0, N, B):
        j = start + tl.arange(0, B)
        ok = j[:, None] < N
        k = tl.load(K + slice_index * stride_k + j[:, None] * D + f[None, :], mask=ok, other=0.0)
        s = tl.dot(q, tl.trans(k), input_precision="ieee") * (scale * 1.4426950408889634)
        hidden = j[None, :] >= N
        if C:
            hidden = hidden | (j[None, :] > i[:, None])
        s = tl.where(hidden, -1e30, s)
        now = tl.maximum(best, tl.max(s, 1))
        p = tl.where(hidden, 0.0, tl.exp2(s - now[:, None]))
        c = tl.exp2(best - now)
        total = total * c + tl.sum(p, 1)
        v = tl.load(V + slice_index * stride_k + j[:, None] * D + f[None, :], mask=ok, other=0.0)
        acc = acc * c[:, None] + tl.dot(p.to(v.dtype), v, input_precision="ieee")
        best = now
    tl.store(O + slice_index * stride_q + i[:, None] * D + f[None, :], acc / total[:, None], mask=row_ok)
    tl.store(L + slice_index * M + i, (best + tl.log2(total)) * 0.6931471805599453, mask=i < M)


def flash_attention(query, key, value, is_causal=False):
    batch, heads, M, D = query.shape
    N = key.shape[-2]
    q, k, v = (each.reshape(batch * heads, -1, D).contiguous() for each in (query, key, value))
    out, lse = torch.empty_like(q), q.new_empty(batch * heads, M, dtype=torch.float32)
    grid = (batch * heads, triton.cdiv(M, 32))
    forward[grid](q, k, v, out, lse, M * D, N * D, M, N, 1 / math.sqrt(D), C=is_causal, D=D, B=32)
    return out.reshape(query.shape), lse.reshape(batch, heads, M)
