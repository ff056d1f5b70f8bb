"""refused: a name that a shell would run.
names: $(touch owned)
"""


def spoil(folder):
    (folder / "attnlib/$(touch owned).py").touch()
