"""Recordings: from what the call plane wrote to what a browser plays."""
