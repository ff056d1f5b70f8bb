"""nbgrader's configuration: everything of this course is set in autograde.nbgrader_plugins.config.

Settings of your own go below. What lateness costs stands in `course.toml`, [late]; without that it costs
nothing, and to give late work no points:

    c.LateSubmissionPlugin.penalty_method = "zero"

For a rule of your own, name a class: `c.AssignLatePenalties.plugin_class = "my_module.MyRule"`.
"""

from pathlib import Path

from autograde.nbgrader_plugins.config import configure

c = get_config()  # noqa: F821 (nbgrader defines it)
configure(c, Path(__file__).parent)
