"""Usage: what each call consumed, what it cost and what it is sold for."""
