"""The outside: the one way to an address that a tenant has given (design.md §8)."""

from aiconnected.outside.urls import check_url

__all__ = ["check_url"]
