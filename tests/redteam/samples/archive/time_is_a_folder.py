"""kept: folders where the time of handing in and its secret belong, with a file of a megabyte in each."""


def spoil(folder):
    for name in ("timestamp.txt", "submission_secret.txt"):
        (folder / name).unlink(missing_ok=True)
        (folder / name).mkdir()
        (folder / name / name).write_text("9" * 1_000_000)
