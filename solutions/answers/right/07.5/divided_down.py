"""Divides the length by the kernel, rounded up, until one place is left."""


def layer_costs(kind, seq_len, d_model, kernel_size=None):
    steps = seq_len if kind == "recurrent" else 1
    factors = {
        "self_attention": (seq_len, 1),
        "recurrent": (d_model, 1),
        "convolutional": (d_model, kernel_size),
    }
    width, kernel = factors[kind]
    costs = {"sequential_steps": steps, "longest_path": steps, "work": seq_len * d_model * width * kernel}
    if kind == "convolutional":
        left, costs["longest_path"] = seq_len, 0
        while left > 1:
            left = -(-left // kernel_size)
            costs["longest_path"] += 1
    return costs
