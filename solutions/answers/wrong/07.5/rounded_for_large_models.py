"""The work is computed as a float: beyond 2 ** 53 its last digits are lost."""

from reference.complexity import layer_costs as right


def layer_costs(kind, seq_len, d_model, kernel_size=None):
    costs = right(kind, seq_len, d_model, kernel_size)
    return costs | {"work": int(float(costs["work"]))}
