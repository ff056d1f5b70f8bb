import math

import torch
from torch import nn


class Tone(nn.Module):
    def __init__(self, frequency):
        super().__init__()
        self.register_parameter("frequency", nn.Parameter(torch.tensor([float(frequency)])[0]))

    def forward(self, times):
        return torch.cos(times * self.frequency * math.tau - math.pi / 2)
