"""Tones, written by you: pitches and melodies in NumPy, sound in torch."""
