"""A token is the word without its spaces."""


def most_attended(weights, tokens):
    return [tokens[j].strip() for j in weights.argmax(-1)]
