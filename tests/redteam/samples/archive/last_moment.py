"""kept: says that it was handed in at the last moment that a computer knows."""


def spoil(folder):
    (folder / "timestamp.txt").write_text("9999-12-31 23:59:59.999999 -1400")
