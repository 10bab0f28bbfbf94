"""Webhooks out: endpoints, deliveries, attempts. Webhooks in: a queue with a dead end."""

from aiconnected.db.migrations.sql import run

revision = "20261121_1150"
down_revision = "20261121_1140"
phase = "pre"  # runs before the code that needs it


def upgrade() -> None:
    run(__file__, "up")


def downgrade() -> None:
    run(__file__, "down")
