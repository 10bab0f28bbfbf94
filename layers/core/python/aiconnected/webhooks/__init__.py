"""Webhooks that we send (A7): who listens, what is sent, and what became of it."""
