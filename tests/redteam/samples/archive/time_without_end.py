"""kept: ten million digits for the time of handing in, in no coding."""


def spoil(folder):
    (folder / "timestamp.txt").write_bytes(b"\xff2026-01-01 " + b"9" * 10_000_000)
