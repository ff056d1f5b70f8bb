"""`hub.toml`: what is this hub's own, in one file that a person may edit."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from autograde.errors import AutogradeError, explain

FILE = "hub.toml"

COMMENTS = {
    "course": "the course's repository: an instructor's, mode 700",
    "course_id": "as in its course.toml",
    "exchange": "where lessons, submissions and feedback pass, on a disk with access control lists",
    "instructors": "accounts that get the course and formgrader",
    "learners": "accounts that get a workspace of their own",
    "learner_group": "or a group of the system: everybody in it is a learner",
    "workspace": "a learner's folder, in their home",
    "address": "127.0.0.1 reaches nobody else; for others name an address, and give a certificate",
    "port": "the two after it are used too, on this machine alone",
    "certificate": "TLS: the file of the certificate, and of its key",
    "subdomain_host": "such as https://hub.example.org: an origin for each account; needs a wildcard name",
    "memory_gb": "what all that a user runs may take together, and any one process of it",
    "processes": "how many processes and threads a user may have",
    "idle_minutes": "after so long without use a server is ended",
    "log_level": "INFO writes names and addresses of pages into the hub's log; WARN no names",
}


@dataclass(frozen=True)
class Hub:
    """One course on one machine with the system's accounts; what each is for, COMMENTS say."""

    course: str
    course_id: str
    exchange: str = "/srv/autograde/exchange"
    instructors: tuple[str, ...] = ()
    learners: tuple[str, ...] = ()
    learner_group: str = ""
    workspace: str = "course"
    address: str = "127.0.0.1"
    port: int = 8000
    certificate: str = ""
    certificate_key: str = ""
    subdomain_host: str = ""
    memory_gb: float = 4.0
    processes: int = 400
    idle_minutes: int = 60
    log_level: str = "WARN"

    @property
    def names(self) -> bool:
        """Whether the log may name somebody."""
        return self.log_level not in ("WARN", "WARNING", "ERROR", "CRITICAL")

    def is_instructor(self, account: str) -> bool:
        """Whether an account gets the course."""
        return account in self.instructors


def read_hub(folder: Path) -> Hub:
    """Return what the `hub.toml` in a folder says.

    Raises:
        AutogradeError: there is none, or it says something else than it may.
    """
    path = folder / FILE
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise AutogradeError(explain(str(path), "a file in TOML", error, "Run: autograde hub")) from error
    kinds = {field.name: type(field.default) for field in fields(Hub)} | {"course": str, "course_id": str}
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in found.items()
    }
    for key, value in values.items():
        if key not in kinds:
            raise AutogradeError(explain(f"{path}: {key}", f"one of {', '.join(kinds)}", "another name"))
        if not isinstance(value, kinds[key]) and not (kinds[key] is float and type(value) is int):
            raise AutogradeError(explain(f"{path}: {key}", f"a {kinds[key].__name__}", repr(value)))
    if missing := [key for key in ("course", "course_id", "instructors") if not values.get(key)]:
        raise AutogradeError(explain(str(path), f"a line {missing[0]} = ...", "none"))
    return Hub(**values)


def hub_text(hub: Hub) -> str:
    """Return the text of a `hub.toml`."""
    lines = []
    for field in fields(hub):
        value = getattr(hub, field.name)
        text = json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
        comment = f"  # {COMMENTS[field.name]}" if field.name in COMMENTS else ""
        lines.append(f"{field.name} = {text}{comment}\n")
    return "".join(lines)
