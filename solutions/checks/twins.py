"""Two modules with the same drawn parameters: for the checks of several lessons."""

import torch


def twins(ours, theirs, draw, *sizes, scale, dtype=torch.float64):
    """Return the reference's module and the learner's; both are made of `sizes`."""
    our = ours(*sizes).to(dtype)
    state = {
        name: draw.tensor(*value.shape, scale=scale, dtype=dtype) for name, value in our.state_dict().items()
    }
    our.load_state_dict(state)
    their = theirs(*sizes)
    if dtype == torch.float64:
        their.double()
    their.load_state_dict(state)
    return our.requires_grad_(False), their
