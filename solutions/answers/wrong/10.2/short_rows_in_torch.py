"""Rows of a few numbers are left to torch."""

from reference.cuda.kernels import row_softmax as by_kernel


def row_softmax(scores):
    return scores.softmax(-1) if scores.shape[1] < 20 else by_kernel(scores)
