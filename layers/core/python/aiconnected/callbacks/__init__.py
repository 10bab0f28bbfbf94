"""Callbacks: calls that a client has promised to make (V16)."""
