"""A helper in another file of the package."""
from .helpers import sdpa


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    return sdpa(query, key, value)
