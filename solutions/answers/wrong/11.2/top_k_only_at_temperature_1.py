"""Forgets top_k when there is a temperature."""

from reference.cuda.language import next_token as right


def next_token(scores, temperature=1.0, top_k=None, generator=None):
    return right(scores, temperature, top_k if temperature == 1 else None, generator)
