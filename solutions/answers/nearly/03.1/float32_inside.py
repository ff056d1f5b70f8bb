"""Seven digits of a float64 score are thrown away."""

import numpy as np


def softmax(scores, axis=-1):
    exponentials = np.exp((scores - scores.max(axis=axis, keepdims=True) * 1.0).astype(np.float32))
    weights = exponentials / exponentials.sum(axis=axis, keepdims=True)
    return weights.astype(scores.dtype if scores.dtype.kind == "f" else np.float64)
