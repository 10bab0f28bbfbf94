"""Versioned messages that cross from one plane to another; readers ignore what they do not know."""
