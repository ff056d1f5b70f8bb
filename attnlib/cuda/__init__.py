"""Attention in torch, on any device."""
