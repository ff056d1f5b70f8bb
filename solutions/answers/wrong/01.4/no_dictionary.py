"""Seven shapes without names."""


def projection_shapes(seq_len, d_model, d_head):
    weight = (d_model, d_head)
    return ((seq_len, d_model), weight, weight, weight, *[(seq_len, d_head)] * 3)
