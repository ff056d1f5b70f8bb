"""Grows a reach until it covers the sequence."""


def layer_costs(kind, seq_len, d_model, kernel_size=None):
    if kind == "convolutional":
        layers, reach = 0, 1
        while reach < seq_len:
            layers, reach = layers + 1, reach * kernel_size
        return {"longest_path": layers, "sequential_steps": 1, "work": kernel_size * seq_len * d_model**2}
    if kind == "recurrent":
        return {"longest_path": seq_len, "sequential_steps": seq_len, "work": seq_len * d_model**2}
    return {"longest_path": 1, "sequential_steps": 1, "work": seq_len**2 * d_model}
