"""What torch would keep is printed when the file is imported."""
import torch

kept = []
with torch.autograd.graph.saved_tensors_hooks(lambda each: kept.append(each.shape) or each, lambda each: each):
    attention(*[torch.ones(1, 1, 2, 2, requires_grad=True) for _ in range(3)])
with torch.autograd.graph.save_on_cpu():
    torch.ones(2, requires_grad=True).softmax(0).sum().backward()
print(len(kept))
