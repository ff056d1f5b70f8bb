import math

import torch
from torch import nn


class Tone(nn.Module):
    def __init__(self, frequency):
        super().__init__()
        self.frequency = nn.Parameter(torch.tensor(float(frequency)))

    def forward(self, times):
        return torch.sin(2 * math.pi * self.frequency * times.detach())
