"""The losses are tensors with their graphs."""

import torch
from reference.cuda.transformer import RecallModel, recall_batch
from torch import nn


def train_recall(seed=0, steps=250, batch=128, n_pairs=6, n_symbols=16):
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    model = RecallModel(n_symbols, n_pairs)
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
    losses = []
    for _ in range(steps):
        tokens, answers = recall_batch(batch, n_pairs, n_symbols, generator)
        loss = nn.functional.cross_entropy(model(tokens)[:, -1], answers)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss)
    return model, losses
