"""A submission's files are read as bytes, and whatever is not a plain file is refused by name."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from autograde.course.submission import FOLDER_LIMITS, SubmissionRefused, read_sources, refuse_unsafe
from autograde.errors import AutogradeError


@pytest.fixture
def submission(tmp_path: Path) -> Path:
    """A folder whose `attnlib` is as it should be."""
    package = tmp_path / "attnlib"
    (package / "cpu").mkdir(parents=True)
    (package / "__init__.py").write_bytes(b"")
    (package / "cpu" / "softmax.py").write_bytes(b"def softmax(scores): ...\n")
    return tmp_path


def test_read_sources_returns_modules_only(submission: Path):
    (submission / "attnlib" / "cpu" / "softmax-Copy1.py").write_text("a copy")
    (submission / "attnlib" / "notes.txt").write_text("notes")
    (submission / "attnlib" / "clock.js").write_text("export default { render };\n")
    (submission / "attnlib" / "__pycache__").mkdir()
    (submission / "attnlib" / "__pycache__" / "softmax.cpython-311.pyc").write_bytes(b"poison")
    assert read_sources(submission, "attnlib") == {
        "__init__.py": b"",
        "cpu/softmax.py": b"def softmax(scores): ...\n",
    }


def test_a_missing_package_is_said(tmp_path: Path):
    with pytest.raises(AutogradeError, match="expected a folder named attnlib, got none"):
        read_sources(tmp_path, "attnlib")


def test_a_file_in_place_of_the_package_is_said(tmp_path: Path):
    (tmp_path / "attnlib").write_text("")
    with pytest.raises(AutogradeError, match="a readable folder"):
        read_sources(tmp_path, "attnlib")


def _link(path: Path) -> None:
    path.symlink_to(path.parent / "softmax.py")


def _loop(path: Path) -> None:
    path.symlink_to(path.parent, target_is_directory=True)


def _hard_link(path: Path) -> None:
    path.hardlink_to(path.parent / "softmax.py")


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        here = Path.cwd()
        os.chdir(path.parent)  # a socket's path may have 107 bytes
        try:
            listener.bind(path.name)
        finally:
            os.chdir(here)


SPECIAL = {
    "a symbolic link": _link,
    "a symbolic link to a folder": _loop,
    "a hard link": _hard_link,
    "a named pipe": os.mkfifo,
    "a socket": _socket,
}


@pytest.mark.parametrize("kind", SPECIAL)
@pytest.mark.parametrize("look", [lambda folder: read_sources(folder, "attnlib"), refuse_unsafe])
def test_special_files_are_refused_by_name(submission: Path, kind: str, look):
    look(submission)
    SPECIAL[kind](submission / "attnlib" / "cpu" / "odd.py")
    with pytest.raises(SubmissionRefused) as refusal:
        look(submission)
    assert kind.removesuffix(" to a folder") in str(refusal.value)
    assert "attnlib/cpu/odd.py" in str(refusal.value) or kind == "a hard link"


def test_a_device_is_refused(submission: Path):
    try:
        os.mknod(submission / "attnlib" / "null.py", 0o20600, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("only root can make a device")
    with pytest.raises(SubmissionRefused, match=r"attnlib/null\.py: expected a plain file, got a device"):
        read_sources(submission, "attnlib")


def test_a_package_that_is_a_link_is_refused(submission: Path):
    (submission / "attnlib").rename(submission / "elsewhere")
    (submission / "attnlib").symlink_to(submission / "elsewhere", target_is_directory=True)
    with pytest.raises(SubmissionRefused, match="attnlib: expected a folder, got a symbolic link"):
        read_sources(submission, "attnlib")


@pytest.mark.parametrize("name", ["-rf", "a\nb.py", "$(touch x).py", "a;b.py", "\x1b[31m.py", "a\u202eb.py"])
def test_odd_names_are_refused_and_shown_harmlessly(submission: Path, name: str):
    (submission / "attnlib" / name).write_text("")
    with pytest.raises(SubmissionRefused, match="a plain file name") as refusal:
        read_sources(submission, "attnlib")
    assert str(refusal.value).isprintable()


def test_names_that_differ_by_case_are_refused(submission: Path):
    (submission / "attnlib" / "cpu" / "Softmax.py").write_text("")
    with pytest.raises(SubmissionRefused, match=r"Softmax\.py and softmax\.py"):
        read_sources(submission, "attnlib")


def test_a_sparse_terabyte_is_refused_without_reading_it(submission: Path):
    with (submission / "attnlib" / "big.py").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(SubmissionRefused, match=r"attnlib/big\.py: expected at most 131,072 bytes"):
        read_sources(submission, "attnlib")


def test_too_many_files_are_refused(submission: Path):
    for number in range(600):
        (submission / "attnlib" / f"file_{number}.py").touch()
    with pytest.raises(SubmissionRefused, match="at most 500 files"):
        read_sources(submission, "attnlib")


def test_too_many_bytes_in_all_are_refused(submission: Path):
    for number in range(20):
        (submission / "attnlib" / f"file_{number}.py").write_bytes(b"#" * 125_000)
    with pytest.raises(SubmissionRefused, match="attnlib: expected at most 2,097,152 bytes"):
        read_sources(submission, "attnlib")


def test_deep_folders_are_refused(submission: Path):
    (submission / "attnlib" / "/".join("abcdefghijkl")).mkdir(parents=True)
    with pytest.raises(SubmissionRefused, match="deep"):
        read_sources(submission, "attnlib")


def test_a_notebook_of_a_few_megabytes_is_allowed_in_a_folder(submission: Path):
    (submission / "00_welcome.ipynb").write_bytes(b" " * 5_000_000)
    refuse_unsafe(submission)
    (submission / "00_welcome.ipynb").write_bytes(b" " * (FOLDER_LIMITS.file_bytes + 1))
    with pytest.raises(SubmissionRefused, match=r"00_welcome\.ipynb"):
        refuse_unsafe(submission)


def test_no_descriptor_stays_open(submission: Path):
    (submission / "attnlib" / "cpu" / "pipe.py").symlink_to("nowhere")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        with pytest.raises(SubmissionRefused):
            read_sources(submission, "attnlib")
    assert len(list(Path("/proc/self/fd").iterdir())) == before
