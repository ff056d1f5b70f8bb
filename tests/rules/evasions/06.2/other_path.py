"""The library's module by the path of its file."""
import torch


class MultiHeadAttention(torch.nn.Module):
    def __init__(self, d_model, n_heads):
        super().__init__()
        self.theirs = torch.nn.modules.activation.MultiheadAttention(d_model, n_heads, batch_first=True)

    def load_state_dict(self, state):
        return self.theirs.load_state_dict(state)

    def forward(self, x, context=None, mask=None, is_causal=False, need_weights=False):
        context = x if context is None else context
        output, weights = self.theirs(x, context, context, need_weights=True, average_attn_weights=False)
        return (output, weights) if need_weights else output
