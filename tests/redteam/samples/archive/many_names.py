"""refused: three hundred folders of three files, each in order by itself.
names: attnlib
"""


def spoil(folder):
    for number in range(300):
        for name in ("a", "b", "c"):
            path = folder / f"attnlib/d{number}/{name}.py"
            path.parent.mkdir(exist_ok=True)
            path.touch()
