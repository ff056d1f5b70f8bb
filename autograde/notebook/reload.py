"""Makes an edit in the package count in the next cell, also for what a notebook has imported by name."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from autograde.practice.failure import read_failure
from autograde.practice.fresh import FreshLoader


class Reloader:
    """Before each cell, reloads the modules of the package whose text has changed.

    IPython's `superreload` puts the new code into the functions that a notebook already holds. A text
    that cannot be loaded leaves the last good version in use, says so once, and is tried again.
    """

    def __init__(self, package: Path) -> None:
        self.package = package
        self.old_objects: dict[Any, Any] = {}
        self.reported: dict[str, bytes | None] = {}

    def __call__(self, *event: object) -> None:
        """Reload what has changed."""
        failed = {name: self._reload(module) for name, module in self._changed().items()}
        # A module may have failed because another one, reloaded after it, was still the old one.
        for name in [name for name, error in failed.items() if error is not None]:
            error = self._reload(sys.modules[name])
            if error is not None:
                self._report(name, error)

    def _changed(self) -> dict[str, ModuleType]:
        own = self.package.name
        loaded = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == own}
        return {name: module for name, module in loaded.items() if _is_stale(module)}

    def _reload(self, module: ModuleType) -> BaseException | None:
        from IPython.extensions.autoreload import superreload

        try:
            superreload(module, old_objects=self.old_objects)
        except Exception as error:
            return error
        self.reported.pop(module.__name__, None)
        return None

    def _report(self, name: str, error: BaseException) -> None:
        module = sys.modules[name]
        text = _text(module)
        if name in self.reported and self.reported[name] == text:
            return
        self.reported[name] = text
        failure = read_failure(error, self.package)
        place = failure.place or Path(str(module.__file__)).relative_to(self.package.parent).as_posix()
        print(f"{place}: {failure.sentence} Until it is repaired, cells use the version before.")


def _is_stale(module: ModuleType) -> bool:
    loader = getattr(module, "__loader__", None)
    return isinstance(loader, FreshLoader) and loader.text != _text(module)


def _text(module: ModuleType) -> bytes | None:
    try:
        return Path(str(module.__file__)).read_bytes()
    except OSError:
        return None
