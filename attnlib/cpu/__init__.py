"""Attention in NumPy, the mathematics in the open."""
