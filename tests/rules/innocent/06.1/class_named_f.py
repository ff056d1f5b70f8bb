"""A class of one's own named F, with a method of that name."""
Own = attention


class F:
    @staticmethod
    def scaled_dot_product_attention(*args):
        return Own(*args)


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    return F.scaled_dot_product_attention(query, key, value, mask, is_causal, scale)
