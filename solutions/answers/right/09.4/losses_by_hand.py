"""Cross entropy from log-softmax, and no gradients kept in the losses."""

import torch
from reference.cuda.transformer import RecallModel, recall_batch


def train_recall(seed=0, steps=250, batch=128, n_pairs=6, n_symbols=16):
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    model = RecallModel(n_symbols, n_pairs)
    optimizer = torch.optim.AdamW(list(model.parameters()), 2e-3, weight_decay=0.0)
    losses = []
    for _ in range(steps):
        tokens, answers = recall_batch(batch, n_pairs, n_symbols, generator)
        scores = model(tokens)[:, -1, :].log_softmax(-1)
        loss = -scores[torch.arange(batch), answers].mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return model, losses
