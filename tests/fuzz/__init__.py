"""Requests that a program makes up from the API's description: `make fuzz`."""
