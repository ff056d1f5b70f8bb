"""refused: thousands of empty files.
names: files, got more
"""


def spoil(folder):
    for number in range(2500):
        (folder / f"attnlib/file{number}.py").touch()
