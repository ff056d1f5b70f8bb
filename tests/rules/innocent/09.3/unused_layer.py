"""The library's layer is named in a signature and never called."""
import torch


def load(block: EncoderBlock, layer: torch.nn.TransformerEncoderLayer) -> None:
    block.widen.load_state_dict(layer.linear1.state_dict())
