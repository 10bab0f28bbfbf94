"""Carrier connections: accounts with carriers that numbers hang on (G11)."""
