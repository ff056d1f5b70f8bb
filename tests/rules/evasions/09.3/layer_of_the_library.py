"""The library's layer, which has a fast way of its own."""
import torch


class EncoderBlock(EncoderBlock):
    def forward(self, x, mask=None, need_weights=False):
        heads = self.attention.n_heads
        layer = torch.nn.TransformerEncoderLayer(x.shape[-1], heads, len(self.widen.weight), batch_first=True, activation="gelu", layer_norm_eps=1e-12)
        theirs = {"self_attn": self.attention, "norm1": self.norm_attention, "linear1": self.widen, "linear2": self.narrow, "norm2": self.norm_output}
        layer = layer.to(x.dtype).eval().requires_grad_(False)
        layer.load_state_dict({f"{a}.{k}": v for a, part in theirs.items() for k, v in part.state_dict().items()})
        return layer(x)
