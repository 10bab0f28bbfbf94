"""Idempotency keys: a request that is sent again has its first answer, and no second effect."""
