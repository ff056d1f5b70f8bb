"""The command line: every command has help with an example, clear errors, and its exit codes."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from autograde.cli.main import main

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = sorted(main.commands)
REFERENCE = str(ROOT / "solutions")
PAGES = (ROOT / "README.md", *(ROOT / ".github").glob("*.md"))


def run(*words: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from autograde.cli.main import main; main()", *words]
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, timeout=120, env={**os.environ, **environment}
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str) -> None:
    command = main.commands[name]
    with click.Context(command, info_name=name) as context:
        text = command.get_help(context)
    assert f"autograde {name}" in text.partition("Example")[2]
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.opts}"


def test_the_commands_of_the_readme_exist() -> None:
    text = "".join(page.read_text() for page in PAGES)
    named = set(re.findall(r"autograde ([a-z][a-z-]+)", text))
    assert named
    assert named - {"says"} <= set(COMMANDS)


def test_the_targets_of_the_readme_exist() -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    named = set(re.findall(r"`?make ([a-z-]+)", (ROOT / "README.md").read_text()))
    assert named <= set(targets)


def test_links_of_the_readme_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:|#)([^)]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_judge_accepts_the_reference() -> None:
    done = run("judge", REFERENCE, "--lesson", "00_welcome", "--json")
    assert done.returncode == 0
    result = json.loads(done.stdout)
    assert result["points"] == result["max_points"] == 5
    assert result["lesson"] == "00_welcome"


def test_judge_says_by_its_exit_code_that_something_is_not_accepted(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "solutions" / "attnlib", tmp_path / "attnlib")
    (tmp_path / "attnlib" / "shapes.py").write_text("def count_pairs(seq_len):\n    return 2 * seq_len\n")
    done = run("judge", str(tmp_path), "--exercise", "00.1")
    assert done.returncode == 1
    assert "wrong_answer" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("judge", "nowhere"), "nowhere"),
        (("judge", REFERENCE, "--lesson", "99_none"), "expected one of 00_welcome"),
        (("judge", REFERENCE, "--exercise", "99.9"), "expected one of 00.1"),
        (("audit", "99.9"), "expected one of 00.1"),
        (("check", "99.9"), "99.9"),
        (("hint", "99.9"), "99.9"),
        (("reset", "99.9"), "99.9"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(
    words: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    with pytest.raises(SystemExit) as ended:  # in this process: seven of their own take most of a minute
        main(words)
    told = capsys.readouterr().err
    assert ended.value.code == 2
    assert says in told
    assert "Traceback" not in told
    assert len(told.strip().splitlines()) <= 3


def test_judge_outside_of_a_course_says_where_to_run_it(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "solutions" / "attnlib", tmp_path / "attnlib")
    done = run("judge", str(tmp_path), cwd=tmp_path)
    assert done.returncode == 2
    assert "Run this in the course's repository." in done.stderr


@pytest.mark.slow
def test_audit_reports_one_exercise(tmp_path: Path) -> None:
    done = run("audit", "00.1", "--json", "--workers", "1", XDG_CACHE_HOME=str(tmp_path))
    assert done.returncode == 0, done.stdout
    (found,) = json.loads(done.stdout)
    assert found["id"] == "00.1"
    assert found["problems"] == found["survivors"] == []
    assert found["killed"] == found["mutants"] > 0
    done = run("audit", "00.1", "--mutants", "none", XDG_CACHE_HOME=str(tmp_path))
    answers = len(found["right"]) + len(found["nearly"]) + len(found["wrong"])
    assert f"{answers} answers, {answers} of them known from an earlier audit" in done.stdout


def test_doctor_reports_every_layer() -> None:
    done = run("doctor", "--json")
    assert done.returncode == 0
    findings = {finding["what"]: finding for finding in json.loads(done.stdout)}
    assert findings["sandbox"]["works"]
    assert findings["python"]["next_step"] == "", "nothing is to be done about what works"
    assert {"python", "numpy", "torch", "nbgrader", "triton", "GPU", "sandbox: landlock"} <= set(findings)
