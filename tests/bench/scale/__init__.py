"""Lists and searches over a million calls and ten million turns."""
