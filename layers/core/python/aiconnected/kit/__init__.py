"""Ids, clocks, money, phone numbers and errors: what every noun stands on."""
