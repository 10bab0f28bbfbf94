"""Imports: an export that is brought to an agency becomes a client of its own."""
