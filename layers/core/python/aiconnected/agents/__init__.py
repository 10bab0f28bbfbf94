"""Agents: who answers, what they say by heart, and when the business is open."""
