def two_octaves(frequency):
    frequency *= 4
    return frequency
