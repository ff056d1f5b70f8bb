"""Pitches, as frequencies in hertz."""

from __future__ import annotations

import numpy as np


def octave(frequency: np.ndarray) -> np.ndarray:
    """Return the pitch one octave above: twice as many vibrations in a second.

    Args:
        frequency: an array of any shape, in hertz. It stays as it is.

    Returns:
        An array of the same shape, in hertz.
    """
    # Exercise 01.1 (1 line): double every frequency.
    ### BEGIN SOLUTION
    return 2 * frequency
    ### END SOLUTION
