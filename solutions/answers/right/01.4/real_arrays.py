"""Makes the arrays and reads their shapes."""

import numpy as np


def projection_shapes(seq_len, d_model, d_head):
    arrays = {"x": np.zeros((seq_len, d_model))}
    for name in ("query", "key", "value"):
        arrays[f"w_{name}"] = np.zeros((d_model, d_head))
        arrays[name] = arrays["x"] @ arrays[f"w_{name}"]
    return {name: array.shape for name, array in arrays.items()}
