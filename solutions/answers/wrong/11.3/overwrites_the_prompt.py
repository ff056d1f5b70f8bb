"""The last token of the prompt is written over."""

from reference.cuda.language import generate as right


def generate(model, tokens, n_new, temperature=1.0, top_k=None, generator=None, use_cache=True):
    text = right(model, tokens, n_new, temperature, top_k, generator, use_cache)
    tokens[:, -1] = text[:, -1]
    return text
