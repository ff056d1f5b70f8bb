"""The keys are split over programs; the parts are joined by a few lines of torch."""

import torch
import triton
import triton.language as tl


@triton.jit
def part(Q, K, V, O, L, M, N, PART, scale, C: tl.constexpr, D: tl.constexpr, B: tl.constexpr):
    tile, head, which = tl.program_id(0), tl.program_id(1), tl.program_id(2)
    i = tile * B + tl.arange(0, B)
    f = tl.arange(0, D)
    q = tl.load(Q + (head * M + i[:, None]) * D + f[None, :], mask=i[:, None] < M, other=0.0)
    m = tl.full([B], -1e30, tl.float32)
    l = tl.zeros([B], tl.float32)
    o = tl.zeros([B, D], tl.float32)
    for start in range(which * PART, tl.minimum(N, which * PART + PART), B):
        j = start + tl.arange(0, B)
        at = (head * N + j[:, None]) * D + f[None, :]
        k = tl.load(K + at, mask=j[:, None] < N, other=0.0)
        v = tl.load(V + at, mask=j[:, None] < N, other=0.0)
        s = tl.dot(q, tl.trans(k), input_precision="ieee") * scale
        ok = (j[None, :] < N) & (i[:, None] < M)
        if C:
            ok = ok & (j[None, :] <= i[:, None])
        s = tl.where(ok, s, -1e30)
        new = tl.maximum(m, tl.max(s, 1))
        c = tl.exp(m - new)
        p = tl.where(ok, tl.exp(s - new[:, None]), 0.0)
        l = l * c + tl.sum(p, 1)
        o = o * c[:, None] + tl.dot(p.to(v.dtype), v, input_precision="ieee")
        m = new
    slot = (which * tl.num_programs(1) + head) * M + i
    tl.store(O + slot[:, None] * D + f[None, :], o / tl.maximum(l, 1e-30)[:, None], mask=i[:, None] < M)
    tl.store(L + slot, tl.where(l > 0, m + tl.log(tl.maximum(l, 1e-30)), -1e30), mask=i < M)


def flash_attention(query, key, value, is_causal=False):
    b, h, M, D = query.shape
    N = key.shape[2]
    query, key, value = query.contiguous(), key.contiguous(), value.contiguous()
    parts, B = 3, 32
    size = triton.cdiv(triton.cdiv(N, parts), B) * B
    outs = torch.empty(parts, b, h, M, D, dtype=torch.float32, device=query.device)
    lses = torch.empty(parts, b, h, M, dtype=torch.float32, device=query.device)
    part[triton.cdiv(M, B), b * h, parts](query, key, value, outs, lses, M, N, size, D**-0.5, is_causal, D, B)
    lse = torch.logsumexp(lses, 0)
    weights = torch.exp(lses - lse).unsqueeze(-1)
    return (outs * weights).sum(0).to(query.dtype), lse
