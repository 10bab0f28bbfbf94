"""What other programs import to call the API, made from its description."""
