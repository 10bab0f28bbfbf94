"""What lives in Redis while a call lives: admission leases, the call's state, its commands."""
