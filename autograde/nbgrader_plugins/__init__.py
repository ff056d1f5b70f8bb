"""nbgrader plug-ins: the judge in place of its kernel, an exchange that carries `attnlib`, safe pages."""
