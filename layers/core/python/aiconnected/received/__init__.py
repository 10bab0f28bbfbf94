"""Received events: a webhook that comes twice has one effect and gets one answer."""
