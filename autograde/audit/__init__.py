"""Proves the checks: every wrong answer fails by its own name, every right one passes."""
