"""Your function gives back what it was given. At which positions may x stay as it is?"""


def rotary(x, positions, base=10000.0):
    return x.copy()
