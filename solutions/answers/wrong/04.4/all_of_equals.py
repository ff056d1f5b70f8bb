"""Names every token that has the largest weight."""


def most_attended(weights, tokens):
    return [
        token for row in weights for token, weight in zip(tokens, row, strict=True) if weight == row.max()
    ]
