"""The smallest table in which the second clock can be told."""


def expose_sinusoidal():
    sizes = [(rows, columns) for rows in range(1, 9) for columns in range(2, 9, 2)]
    apart = [
        (rows, columns)
        for rows, columns in sizes
        if columns > 2 and (rows - 1) * abs(10000 ** (-2 / columns) - 1000 ** (-2 / columns)) > 0.01
    ]
    return min(apart, key=lambda each: each[0] * each[1])
