"""Outbox: messages that leave only if, and surely if, the change that caused them is kept."""
