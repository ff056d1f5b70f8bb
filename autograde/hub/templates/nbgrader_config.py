"""nbgrader's configuration for a learner of this hub."""

from pathlib import Path

from autograde.hub.settings import read_hub
from autograde.nbgrader_plugins.config import configure_learner

c = get_config()  # noqa: F821 (nbgrader defines it)
hub = read_hub(Path(__file__).resolve().parent.parent)
configure_learner(c, Path(hub.exchange), hub.course_id)
