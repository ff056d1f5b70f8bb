"""A class: what was handed in, what came out, what is shown of it. Knows nothing of nbgrader."""
