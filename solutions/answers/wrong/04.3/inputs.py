"""Returns two inputs."""


def attention(query, key, value, mask=None):
    return value, key
