"""Lesson 01: the exercises and their public checks."""

import numpy as np

from autograde.compare import expect_close, expect_unchanged
from autograde.exercise import Exercise

octave = Exercise(
    "01.1",
    "pitch.octave",
    title="An octave above",
    minutes=3,
    hints=(
        "A string of half the length vibrates twice as often, and sounds one octave higher.",
        "`2 f`, for every frequency f.",
        "1. Multiply the array by 2. 2. Return the new array.",
    ),
)


@octave.check
def four_pitches(learner, draw):
    """Every frequency of [[1, 2], [3, 4]] doubles."""
    frequency = np.array([[1.0, 2.0], [3.0, 4.0]])
    expect_close("octave", learner.octave(frequency), np.array([[2.0, 4.0], [6.0, 8.0]]))


@octave.check
def leaves_its_argument(learner, draw):
    """The frequencies that you were given stay as they were."""
    frequency = draw.uniform(20.0, 20_000.0, 2, 3)
    _, (after,), _ = learner.octave.with_arguments(frequency)
    expect_unchanged("frequency", after, frequency)


tone = Exercise(
    "01.2",
    "sound.Tone",
    title="A tone that is heard",
    minutes=5,
    hints=(
        "A tone of 440 Hz goes up and down 440 times in a second. A sine goes up and down once in 2π.",
        "`sin(2π f t)`.",
        "1. Wrap the frequency in a tensor and in `nn.Parameter`. 2. Return the sine of 2π times "
        "`self.frequency` times the moments.",
    ),
)


@tone.check
def one_vibration_in_a_second(learner, draw):
    """A tone of 1 Hz is 0, 1, 0, -1 after 0, 1/4, 1/2, 3/4 of a second."""
    import torch  # here: whoever checks an octave need not wait a second for it

    heard = learner.Tone(1.0)(torch.tensor([0.0, 0.25, 0.5, 0.75]))
    expect_close("tone", heard, torch.tensor([0.0, 1.0, 0.0, -1.0]), atol=1e-5)
