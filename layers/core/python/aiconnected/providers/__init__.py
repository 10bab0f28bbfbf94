"""Clients of outside services, each filling a port of ours; vendor packages load on first use."""
