"""Starts, limits and kills the processes in which submissions run."""
