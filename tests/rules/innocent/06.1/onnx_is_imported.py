"""Parts of torch that also have an attention are imported, for something else."""
import torch.ao.nn.quantizable
import torch.onnx.ops

Own = attention


class MultiheadAttention(torch.ao.nn.quantizable.LSTM):
    pass


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    return Own(query, key, value, mask, is_causal, scale)
