"""A helper in another file of the package, which makes the call."""
from .helpers import attend


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    return attend(query, key, value)
