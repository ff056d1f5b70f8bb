"""Imports the learner's package from the files as they are now.

A compiled copy that Python keeps is dated to the second, so an edit within the same second would be
missed. These modules are compiled from their text every time.
"""

from __future__ import annotations

import contextlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import CodeType, ModuleType

from autograde.practice.timeout import TooSlow
from autograde.sandbox.inside.source import refuse_hidden, two_of_a_name


class FreshLoader(importlib.machinery.SourceFileLoader):
    """Loads a module from its text, which it keeps; neither reads nor writes compiled files.

    Args:
        name: the module.
        path: its file.
        too_slow: what took too long to load in this round, by module: it is not waited for again.
    """

    text: bytes | None = None

    def __init__(self, name: str, path: str, too_slow: dict[str, TooSlow]) -> None:
        super().__init__(name, path)
        self.too_slow = too_slow

    def exec_module(self, module: ModuleType) -> None:
        """Load the module; one that took too long says so at once."""
        if self.name in self.too_slow:
            raise self.too_slow[self.name]
        try:
            super().exec_module(module)
        except TooSlow as error:
            self.too_slow[self.name] = error
            raise

    def get_code(self, fullname: str) -> CodeType:
        """Return the compiled text of the file."""
        self.text = self.get_data(self.path)
        refuse_hidden(self.text, f"{fullname.replace('.', '/')}.py")
        code: CodeType = self.source_to_code(self.text, self.path)
        return code


class FreshFinder(importlib.abc.MetaPathFinder):
    """Finds the package of one workspace and what lies in it, whatever else is on the path.

    Args:
        root: the workspace.
        package: the name of the package in it.
    """

    def __init__(self, root: Path, package: str) -> None:
        self.root = root
        self.package = package
        self.too_slow: dict[str, TooSlow] = {}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return where the module is; a folder without `__init__.py` is an empty package."""
        if fullname.partition(".")[0] != self.package:
            return None
        base = self.root.joinpath(*fullname.split("."))
        module, package = base.with_name(f"{base.name}.py"), base / "__init__.py"
        if module.is_file() and any(base.rglob("*.py")):
            raise two_of_a_name(f"{fullname.replace('.', '/')}.py")
        if package.is_file():
            return self._spec(fullname, package, [str(base)])
        if module.is_file():
            return self._spec(fullname, module, None)
        if base.is_dir():
            spec = importlib.machinery.ModuleSpec(fullname, None, is_package=True)
            spec.submodule_search_locations = [str(base)]
            return spec
        return None

    def _spec(
        self, name: str, file: Path, locations: list[str] | None
    ) -> importlib.machinery.ModuleSpec | None:
        loader = FreshLoader(name, str(file), self.too_slow)
        return importlib.util.spec_from_file_location(
            name, file, loader=loader, submodule_search_locations=locations
        )


@contextlib.contextmanager
def fresh_package(root: Path, package: str) -> Iterator[None]:
    """Let `package` mean the files under `root` as they are now; what was imported before comes back after.

    The modules that a notebook has imported stay untouched: they are the notebook's.
    """
    kept = take_modules(package)
    finder = FreshFinder(root, package)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        take_modules(package)
        sys.modules.update(kept)


def take_modules(package: str) -> dict[str, ModuleType]:
    """Take the modules of a package out of those that are imported, and return them by name."""
    names = [name for name in sys.modules if name.partition(".")[0] == package]
    return {name: sys.modules.pop(name) for name in names}
