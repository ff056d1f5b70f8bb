"""At least two tokens can always be drawn."""

from reference.cuda.language import next_token as right


def next_token(scores, temperature=1.0, top_k=None, generator=None):
    return right(scores, temperature, None if top_k is None else max(top_k, 2), generator)
