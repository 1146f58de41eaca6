"""Waves, computations, reviews and published snapshots."""
