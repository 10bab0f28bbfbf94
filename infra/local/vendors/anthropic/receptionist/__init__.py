"""The brain behind the Messages API: deterministic, general, knowing the request alone."""
