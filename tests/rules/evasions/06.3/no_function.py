"""A class whose `apply` is the ordinary attention."""
class AttentionFunction:
    apply = staticmethod(attention)
