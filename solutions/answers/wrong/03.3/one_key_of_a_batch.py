"""In a batch the axis of a single key is dropped."""


def softmax_backward(weights, grad_weights):
    mean = (grad_weights * weights).sum(axis=-1, keepdims=True)
    grad_scores = weights * (grad_weights - mean)
    return grad_scores.squeeze(-1) if weights.ndim > 1 and weights.shape[-1] == 1 else grad_scores
