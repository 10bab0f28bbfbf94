"""Exports: all that is kept of a tenant as one ZIP of JSON and audio, and the way back in."""
