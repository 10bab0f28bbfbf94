"""Custom functions and their log, callbacks, numbers that must not be called."""

from aiconnected.db.migrations.sql import run

revision = "20261121_1140"
down_revision = "20261121_1130"
phase = "pre"  # runs before the code that needs it


def upgrade() -> None:
    run(__file__, "up")


def downgrade() -> None:
    run(__file__, "down")
