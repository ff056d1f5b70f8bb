"""NumPy in an annotation, in the file of the kernel."""
import numpy as np


def as_rows(x: np.ndarray) -> np.ndarray:
    return np.atleast_2d(x)
