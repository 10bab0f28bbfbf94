"""Search over calls and their transcripts."""

from aiconnected.db.migrations.sql import run

revision = "20261121_1210"
down_revision = "20261121_1200"
phase = "pre"  # runs before the code that needs it


def upgrade() -> None:
    run(__file__, "up", as_owner=False)


def downgrade() -> None:
    run(__file__, "down", as_owner=False)
