"""A parameter named F."""
Own = attention


class Tools:
    def scaled_dot_product_attention(self, *args):
        return Own(*args)


def through(F, *args):
    return F.scaled_dot_product_attention(*args)


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    return through(Tools(), query, key, value, mask, is_causal, scale)
