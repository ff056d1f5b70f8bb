"""A name of the package's own file."""
from . import sdpa


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    return sdpa(query, key, value)
