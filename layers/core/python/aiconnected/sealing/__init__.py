"""Sealing: content that may be kept but not read, such as a client's keys to other services."""
