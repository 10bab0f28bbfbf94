"""`aiconnected demo`: one call from nothing to a page that shows all of it."""
