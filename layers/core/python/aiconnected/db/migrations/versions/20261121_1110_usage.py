"""The price book and usage records."""

from aiconnected.db.migrations.sql import run

revision = "20261121_1110"
down_revision = "20261121_1100"
phase = "pre"  # runs before the code that needs it


def upgrade() -> None:
    run(__file__, "up")


def downgrade() -> None:
    run(__file__, "down")
