"""You name the token with the smallest weight. Which end of the row is asked for?"""


def most_attended(weights, tokens):
    return [tokens[position] for position in weights.argmin(axis=-1)]
