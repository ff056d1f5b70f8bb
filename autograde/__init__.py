"""Grades submissions to the course without ever running them beside the answers."""
