"""Tenants: the businesses whose telephone is answered."""
