"""Agencies: the resellers whose clients are the tenants."""
