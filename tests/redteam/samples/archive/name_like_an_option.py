"""refused: a name that a command would take for an option.
names: -rf
"""


def spoil(folder):
    (folder / "-rf").touch()
