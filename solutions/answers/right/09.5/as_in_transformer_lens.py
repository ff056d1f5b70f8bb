"""As in TransformerLens' demo of heads: the mean of a diagonal below the first, and of a column."""


def previous_token_score(weights):
    diagonal = weights.diagonal(offset=-1, axis1=-2, axis2=-1)
    return diagonal.mean(-1)


def sink_score(weights):
    return weights[..., 1:, 0].mean(-1)
