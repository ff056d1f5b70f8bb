"""kept: what is left in a folder in which somebody works."""


def spoil(folder):
    for name in (
        "Notes of mine.txt",
        "picture (1).png",
        ".DS_Store",
        "attnlib/cpu/softmax-Copy1.py",
        "attnlib/M\u00fcller.py",
        "a/b/c/d.csv",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("# something\n")
    (folder / "attnlib/__pycache__").mkdir()
    (folder / ".ipynb_checkpoints").mkdir()
