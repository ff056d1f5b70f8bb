"""You go up three octaves. How often do you double?"""


def two_octaves(frequency):
    return 8 * frequency
