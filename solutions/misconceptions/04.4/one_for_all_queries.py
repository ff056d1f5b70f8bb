"""You name the one token that gets most in total. Every query has an answer of its own: how many words
should there be?
"""


def most_attended(weights, tokens):
    return [tokens[weights.sum(axis=0).argmax()]]
