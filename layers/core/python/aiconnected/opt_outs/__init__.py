"""Opt-outs: people who asked not to be called (G10)."""
