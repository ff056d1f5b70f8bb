"""nbgrader's configuration: everything of this course is set in autograde.nbgrader_plugins.config."""

from pathlib import Path

from autograde.nbgrader_plugins.config import configure

c = get_config()  # noqa: F821 (nbgrader defines it)
configure(c, Path(__file__).parent)
