"""Every sign is turned round. Raising a score raises its own weight: which sign does that give the
diagonal of the Jacobian?
"""


def softmax_backward(weights, grad_weights):
    return weights * ((grad_weights * weights).sum(axis=-1, keepdims=True) - grad_weights)
