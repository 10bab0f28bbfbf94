"""An agency's list of recordings, newest first."""

from aiconnected.db.migrations.sql import run

revision = "20261122_1000"
down_revision = "20261121_1210"
phase = "pre"  # runs before the code that needs it


def upgrade() -> None:
    run(__file__, "up")


def downgrade() -> None:
    run(__file__, "down")
