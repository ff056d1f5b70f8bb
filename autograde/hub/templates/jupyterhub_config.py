"""JupyterHub's configuration. What may be set stands in hub.toml, beside this file."""

from pathlib import Path

from autograde.hub.config import configure

c = get_config()  # noqa: F821 (JupyterHub defines it)
configure(c, Path(__file__).parent)

# Settings of your own go below.
