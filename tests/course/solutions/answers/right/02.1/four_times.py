def two_octaves(frequency):
    return 4 * frequency
