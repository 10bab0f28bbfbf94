"""Analytics: figures of days, counted once when they are over, and of today as it goes (B4)."""
