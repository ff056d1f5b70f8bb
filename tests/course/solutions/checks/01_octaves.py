"""Hidden checks of lesson 01. Only the tone needs torch: lesson 02 needs the rest."""

from reference import pitch

from autograde.compare import expect, expect_close, expect_unchanged
from autograde.exercise import HiddenChecks

octave_checks = HiddenChecks("01.1")


@octave_checks.check(points=3, gate=True)
def drawn_frequencies(learner, draw):
    """Every frequency must double, whatever the shape of the array."""
    for shape in (draw.sizes(2), draw.sizes(3), ()):
        frequency = draw.uniform(20.0, 20_000.0, *shape)
        expect_close("octave", learner.octave(frequency), pitch.octave(frequency))


@octave_checks.check(points=1)
def leaves_the_frequencies_alone(learner, draw):
    """The frequencies that were handed in must be the same after the call."""
    frequency = draw.uniform(20.0, 20_000.0, 4)
    _, arguments, _ = learner.octave.with_arguments(frequency.copy())
    expect_unchanged("frequency", arguments[0], frequency)


@octave_checks.stand_in
def octave(frequency):
    return frequency + frequency


tone_checks = HiddenChecks("01.2")


@tone_checks.check(points=3, gate=True)
def drawn_moments(learner, draw):
    """The tone must be the sine of 2π f t at every moment."""
    import torch
    from reference import sound

    frequency, times = float(draw.uniform(1.0, 9.0)), draw.tensor(*draw.sizes(2), dtype=torch.float64)
    expected = sound.Tone(frequency)(times).detach()
    expect_close("tone", learner.Tone(frequency)(times), expected, rtol=1e-5, atol=1e-5)


@tone_checks.check(points=2)
def lets_gradients_through(learner, draw):
    """The gradient of the tone must reach the moments at which it is heard."""
    import torch
    from reference import sound

    frequency = float(draw.uniform(1.0, 9.0))
    times, cotangent = (draw.tensor(5, dtype=torch.float64) for _ in range(2))
    _, gradients = learner.Tone(frequency).gradients(times, cotangent=cotangent)
    expect(gradients[0] is not None, "gradient of times: it is missing. Is something detached on the way?")
    leaf = times.clone().requires_grad_()
    expected = torch.autograd.grad(sound.Tone(frequency)(leaf), leaf, cotangent)[0]
    expect_close("gradient of times", gradients[0], expected, rtol=1e-4, atol=1e-4)


@tone_checks.check(points=1)
def can_be_tuned(learner, draw):
    """The frequency must be a parameter: a tone that loads another one's state sounds like it."""
    from reference import sound

    other = sound.Tone(float(draw.uniform(5.0, 9.0)))
    learners, times = learner.Tone(1.0), draw.tensor(6)
    learners.load_state_dict(other.state_dict())
    expect_close("tone", learners(times), other(times).detach(), rtol=1e-4, atol=1e-4)
