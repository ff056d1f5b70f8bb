"""A name that the package's own file makes when it is asked for."""
import torch


def __getattr__(name):
    if name == "helper":
        return torch.nn.functional.scaled_dot_product_attention
    raise AttributeError(name)
