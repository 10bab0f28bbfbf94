"""Fakes of our ports, in memory, for tests that need no neighbour."""
