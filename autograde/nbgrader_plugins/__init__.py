"""nbgrader plug-ins: the judge in place of its kernel, an exchange that carries the package, safe pages."""
