"""Mail: what the product writes to people, under their agency's name (T11)."""
