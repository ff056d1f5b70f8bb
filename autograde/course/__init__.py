"""A course on disk: what it is, what learners get of it, and what they hand in."""
