"""API keys: programs that ask in the name of an agency or of a client (T4)."""
