"""One string instead of a list."""


def most_attended(weights, tokens):
    return " ".join(tokens[position] for position in weights.argmax(axis=-1))
