"""An `autograd.Function` by name, whose `apply` is the ordinary attention."""
class AttentionFunction(AttentionFunction):
    apply = staticmethod(attention)
