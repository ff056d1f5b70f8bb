"""kept: says that it was handed in at a time that is none, with a secret that is none."""


def spoil(folder):
    (folder / "timestamp.txt").write_bytes(b"\xff9999-99-99 in the year \x00")
    (folder / "submission_secret.txt").write_text("../../../canary/secret.txt")
