"""Set-up of a checkout: preflight, environments and lock files, on a bare Python 3.11."""
