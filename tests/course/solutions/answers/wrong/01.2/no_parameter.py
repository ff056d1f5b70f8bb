import math

import torch
from torch import nn


class Tone(nn.Module):
    def __init__(self, frequency):
        super().__init__()
        self.hertz = frequency

    def forward(self, times):
        return torch.sin(2 * math.pi * self.hertz * times)
