"""Every number is 1 too large, as if a bias were added. Does the task ask for anything beyond the
product?
"""


def project(x, weight):
    return x @ weight + 1.0
