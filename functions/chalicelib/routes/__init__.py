"""Routes by noun: each parses a request, calls one service and returns what it says."""
