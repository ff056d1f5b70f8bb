"""nbgrader plug-ins: the judge in place of its kernel, an exchange that carries the package, safe pages."""

import sys

# nbformat loads jsonschema, which loads this where it is installed, and it compiles a grammar of
# international addresses for a second. No notebook has one. Whoever has it already, such as Jupyter's
# server, keeps it.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None: cannot be imported
