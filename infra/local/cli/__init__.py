"""The `aiconnected` command: what a person or a test does with a running stack."""

from infra.local.cli.main import app

__all__ = ["app"]
