"""Only head 0 came back. The other heads have looked at the sentence too."""


def merge_heads(x):
    return x[..., 0, :, :]
