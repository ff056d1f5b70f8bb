"""Jinja2 as all pages and cards use it: everything escaped, a missing value is an error."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

Filters = tuple[tuple[str, Callable[..., Any]], ...]


def render(folder: Path, name: str, values: dict[str, Any], filters: Filters = ()) -> str:
    """Return the template `name` of `folder` with these values filled in.

    Args:
        folder: where the template lies, and those that it includes.
        name: its file.
        values: what it may use.
        filters: further filters, by name.
    """
    return _environment(folder, filters).get_template(name).render(**values)


@cache
def _environment(folder: Path, filters: Filters) -> Environment:
    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    made.filters.update(filters)
    return made
