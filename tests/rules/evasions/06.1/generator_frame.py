"""A generator that was begun when the file was imported."""
import torch


def serve():
    out = None
    while True:
        inputs = yield out
        out = torch.nn.functional.scaled_dot_product_attention(*inputs)


server = serve()
next(server)


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    return server.send((query, key, value))
