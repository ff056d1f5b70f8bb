"""Names that only look like NumPy's."""
import torch as np

Own = attention


class Row:
    def numpy(self):
        return np.zeros(1)


def attention(query, key, value, mask=None, is_causal=False, scale=None):
    nothing = Row().numpy()
    return Own(query, key, value, mask, is_causal, scale) + nothing.to(query.dtype) if query.device.type == "cpu" else Own(query, key, value, mask, is_causal, scale)
