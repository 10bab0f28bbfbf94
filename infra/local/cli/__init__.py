"""The `aiconnected` command: what a person or a test does with a running stack."""
