"""A token may be an empty string."""


def most_attended(weights, tokens):
    return [t for j in weights.argmax(-1) if (t := tokens[j])]
