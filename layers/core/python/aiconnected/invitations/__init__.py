"""Invitations: how people come to work with an agency or a client."""
