"""Keeps out what is loaded for nothing. The package imports this before anything else.

nbformat loads jsonschema, which loads rfc3987_syntax where it is installed, and that compiles a grammar of
international addresses for a second. No notebook has one. Whoever has it already, such as Jupyter's server,
keeps it.
"""

from __future__ import annotations

import sys

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None: cannot be imported
