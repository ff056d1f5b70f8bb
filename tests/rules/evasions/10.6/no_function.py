"""A class whose `apply` is differentiated by torch."""
class FlashAttention:
    @staticmethod
    def apply(query, key, value, is_causal=False):
        return (query.float() @ key.float().mT / query.shape[-1] ** 0.5).softmax(-1).to(query.dtype) @ value
