"""How one account's server of a hub starts."""

from __future__ import annotations

from pathlib import Path

from autograde.hub.singleuser import runtime_folder


def test_an_account_keeps_its_folder_for_sockets(tmp_path: Path) -> None:
    first = runtime_folder(str(tmp_path))
    assert Path(first).stat().st_mode & 0o777 == 0o700
    assert runtime_folder(str(tmp_path)) == first
    assert len([*tmp_path.iterdir()]) == 1


def test_a_folder_that_others_may_enter_is_not_used(tmp_path: Path) -> None:
    first = Path(runtime_folder(str(tmp_path)))
    first.chmod(0o755)
    other = runtime_folder(str(tmp_path))
    assert other != str(first)
    first.rmdir()
    first.symlink_to(other)
    assert runtime_folder(str(tmp_path)) not in (str(first), other)
