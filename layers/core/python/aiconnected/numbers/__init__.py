"""Telephone numbers and where they lead."""
