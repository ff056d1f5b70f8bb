"""run_time_error: leaves while it is imported."""

raise SystemExit(0)
