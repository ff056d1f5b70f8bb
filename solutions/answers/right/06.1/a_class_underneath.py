"""A class holds query, key and options; hidden pairs get a bias of -inf."""

import torch


class _Attend:
    def __init__(self, q, k, mask, causal, scale):
        self.q, self.k, self.mask, self.causal = q, k, mask, causal
        self.scale = q.shape[-1] ** -0.5 if scale is None else float(scale)

    @property
    def ratio(self):
        return self.q.shape[1] // self.k.shape[1]

    def bias(self, s):
        b = torch.zeros(s.shape, dtype=s.dtype, device=s.device)
        if self.causal:
            b += torch.full_like(b, -torch.inf).triu(1)
        if self.mask is not None:
            b = b.masked_fill(self.mask.logical_not(), -torch.inf)
        return b

    def weights(self):
        up = torch.promote_types(self.q.dtype, torch.float32)
        k = torch.stack([self.k] * self.ratio, 2).flatten(1, 2)
        s = torch.matmul(self.q.to(up), k.to(up).transpose(-2, -1)).mul(self.scale)
        b = self.bias(s)
        dead = torch.isinf(b).all(-1, keepdim=True)
        w = (s + b.masked_fill(dead, 0.0)).softmax(-1)
        return w.masked_fill(dead, 0.0).to(self.q.dtype)


def attention_weights(query, key, mask=None, is_causal=False, scale=None):
    return _Attend(query, key, mask, is_causal, scale).weights()


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    a = _Attend(query, key, mask, is_causal, scale)
    return a.weights() @ torch.stack([value] * a.ratio, 2).flatten(1, 2)
