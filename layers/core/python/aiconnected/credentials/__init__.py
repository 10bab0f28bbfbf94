"""Credentials: keys of agencies and clients to other services, sealed and never shown again."""
