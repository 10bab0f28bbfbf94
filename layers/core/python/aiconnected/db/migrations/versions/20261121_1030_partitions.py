"""The functions that make monthly partitions."""

from aiconnected.db.migrations.sql import run

revision = "20261121_1030"
down_revision = "20261121_1020"
phase = "pre"  # runs before the code that needs it


def upgrade() -> None:
    run(__file__, "up")


def downgrade() -> None:
    run(__file__, "down")
