"""A name that the package's own file makes when it is asked for."""
import attnlib.cuda


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    return attnlib.cuda.helper(query, key, value)
