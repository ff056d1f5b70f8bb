"""Functions of one's own with torch's names."""
Own = AttentionFunction


def grad(ctx, grad_output):
    return Own.backward(ctx, grad_output)


class AttentionFunction(Own):
    @staticmethod
    def backward(ctx, grad_output):
        return grad(ctx, grad_output)
