"""The place of the maximum by list.index."""


def most_attended(weights, tokens):
    return [tokens[row.index(max(row))] for row in weights.tolist()]
