"""Calls: opening, configuring, recording and reading them."""
