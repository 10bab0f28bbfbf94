"""The call plane: legs, conversations and the only modules that join the two."""
