def ends(durations):
    for note in range(1, len(durations)):
        durations[note] += durations[note - 1]
    return durations
