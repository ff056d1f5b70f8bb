"""A Jupyter server extension beside nbgrader's own.

It changes nothing on the page of another course.
"""

from __future__ import annotations

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(app: Any) -> None:
    try:
        from autograde.nbgrader_plugins.formgrader.server import extend
    except ImportError as error:  # the server must start all the same
        app.log.warning("Formgrader stays as nbgrader has it: %s", error)
        return
    extend(app)
