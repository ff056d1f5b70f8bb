"""refused: a terabyte of data beside the notebook.
names: data.bin
"""


def spoil(folder):
    with (folder / "data.bin").open("wb") as file:
        file.truncate(1 << 40)
