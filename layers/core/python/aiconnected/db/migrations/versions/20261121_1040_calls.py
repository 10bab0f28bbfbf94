"""Calls, legs, events, turns, transcripts, transfers, recordings, tool calls."""

from aiconnected.db.migrations.sql import run

revision = "20261121_1040"
down_revision = "20261121_1030"
phase = "pre"  # runs before the code that needs it


def upgrade() -> None:
    run(__file__, "up")


def downgrade() -> None:
    run(__file__, "down")
