"""Names the first token for every query."""


def most_attended(weights, tokens):
    return [tokens[0]] * len(weights)
