"""The one-machine stack: its supervisor, its command and the vendor-compatible servers."""
