"""As where nanoGPT samples: logits divided by the temperature, then softmax."""

from reference.cpu.softmax import softmax


def softmax_with_temperature(scores, temperature, axis=-1):
    logits = scores / temperature
    probs = softmax(logits, axis=axis)
    return probs
