"""Outbox, received events, audit log and the first partitions."""

from aiconnected.db.migrations.sql import run

revision = "20261121_1120"
down_revision = "20261121_1110"
phase = "pre"  # runs before the code that needs it


def upgrade() -> None:
    run(__file__, "up")


def downgrade() -> None:
    run(__file__, "down")
