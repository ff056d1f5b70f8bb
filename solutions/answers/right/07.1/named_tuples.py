"""Named tuples in a dictionary of another order."""

from collections import OrderedDict, namedtuple

Shape = namedtuple("Shape", "batch heads rows columns")


def attention_shapes(batch, n_heads, q_len, kv_len, d_model):
    vectors = {name: Shape(batch, n_heads, q_len, d_model // n_heads) for name in ("output", "query")}
    pairs = {name: Shape(batch, n_heads, q_len, kv_len) for name in ("weights", "scores")}
    of_keys = {name: vectors["query"]._replace(rows=kv_len) for name in ("value", "key")}
    return OrderedDict(pairs | of_keys | vectors)
