"""Sound: a pitch that is heard."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


class Tone(nn.Module):
    """A pure tone: sin(2π f t).

    Args:
        frequency: f, in hertz. It is kept as the module's one parameter, so that a tone can be tuned.
    """

    def __init__(self, frequency: float) -> None:
        super().__init__()
        # Exercise 01.2 (1 line): keep the frequency as a parameter.
        ### BEGIN SOLUTION
        self.frequency = nn.Parameter(torch.tensor(float(frequency)))
        ### END SOLUTION

    def forward(self, times: Tensor) -> Tensor:
        """Return the tone at these moments.

        Args:
            times: of any shape, in seconds.

        Returns:
            Numbers from -1 to 1, of the same shape.
        """
        # Exercise 01.2 (1 line): the sine of 2π f t.
        ### BEGIN SOLUTION
        return torch.sin(2 * math.pi * self.frequency * times)
        ### END SOLUTION
