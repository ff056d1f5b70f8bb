"""The library's module is built for its starting weights, and never called."""
import torch

Own = MultiHeadAttention


class MultiHeadAttention(Own):
    def __init__(self, d_model, n_heads):
        super().__init__(d_model, n_heads)
        self.load_state_dict(torch.nn.MultiheadAttention(d_model, n_heads).state_dict())
