"""A static method of one's own called `backward`."""
Own = attention


class Step:
    @staticmethod
    def backward(*args):
        return Own(*args)


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    return Step.backward(query, key, value, mask, is_causal, scale)
