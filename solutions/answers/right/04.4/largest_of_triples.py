"""The largest of (weight, places left, token)."""


def most_attended(weights, tokens):
    return [max(zip(row, range(len(tokens), 0, -1), tokens, strict=True))[2] for row in weights.tolist()]
