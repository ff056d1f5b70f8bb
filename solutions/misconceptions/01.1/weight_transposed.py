"""Your result fits a weight whose two axes have changed places. Which axis of weight has as many
entries as a row of x?
"""


def project(x, weight):
    return x @ weight.T
