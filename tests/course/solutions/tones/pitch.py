"""Pitches, as frequencies in hertz."""

from __future__ import annotations

from numpy.typing import NDArray


def octave(frequency: NDArray) -> NDArray:
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
