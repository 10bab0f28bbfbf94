"""Legs: how the audio of a carrier becomes frames and events."""
