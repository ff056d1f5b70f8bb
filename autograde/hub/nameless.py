"""Keeps account names out of a hub's log: each becomes a word that is the same until the hub is ended."""

from __future__ import annotations

import hashlib
import logging
import pwd
import re
import secrets
import shlex
import traceback
from functools import lru_cache
from typing import Any

FIRST_PERSON, NOBODY = 1000, 65534
"""Lower user ids are the system's own, and so is that one."""

PLACE = re.compile(
    r"((?:/|%2F)(?:users?|spawn|spawn-pending)(?:/|%2F)|jupyterhub-user-)([^/?&%\s,'\"]*[^/?&%\s,'\".:;)])"
)
TYPED = re.compile(r"((?:username|login for|User|failed \() ?['\"])([^'\"]*)")
"""What somebody typed as a name may be no account's: it may even be a password."""

WORD = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*[A-Za-z0-9_]")
SED = r"s#(/user/)[^/? ]+#\1...#g"


class Nameless(logging.Filter):
    """Replaces every account name in what is logged, tracebacks too."""

    def __init__(self) -> None:
        super().__init__()
        self._key = secrets.token_bytes(16)

    def filter(self, record: logging.LogRecord) -> bool:
        """Change a record; none is left out."""
        record.msg, record.args = self.without_names(record.getMessage()), ()
        if record.exc_info and record.exc_info[0]:
            record.exc_text = self.without_names("".join(traceback.format_exception(*record.exc_info)))
        return True

    def without_names(self, text: str) -> str:
        """Return a text in which nobody is named."""
        for pattern in (PLACE, TYPED):
            text = pattern.sub(lambda found: found[1] + self._word(found[2]), text)
        return WORD.sub(lambda found: self._word(found[0]) if _is_account(found[0]) else found[0], text)

    def _word(self, name: str) -> str:
        return f"account-{hashlib.blake2b(name.encode(), key=self._key, digest_size=3).hexdigest()}"


@lru_cache(4096)
def _is_account(word: str) -> bool:
    try:
        return FIRST_PERSON <= pwd.getpwnam(word).pw_uid != NOBODY
    except KeyError:
        return False


def logging_config() -> dict[str, Any]:
    """Return what JupyterHub's `logging_config` must say."""
    return {
        "filters": {"nameless": {"()": f"{__name__}.{Nameless.__name__}"}},
        "handlers": {"console": {"filters": ["nameless"]}},
    }


def without_places(command: list[str]) -> list[str]:
    """Return what starts a program under the same process id, with no account in the addresses it logs."""
    line = f"exec {shlex.join(command)} \"$@\" > >(exec sed -u -E '{SED}') 2>&1"
    return ["/bin/bash", "-c", line, "proxy"]
