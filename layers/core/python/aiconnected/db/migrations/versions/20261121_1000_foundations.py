"""Roles, the vector extension, the transaction's scope and the tenant wall."""

from aiconnected.db.migrations.sql import run

revision = "20261121_1000"
down_revision = None
phase = "pre"  # runs before the code that needs it


def upgrade() -> None:
    run(__file__, "up", as_owner=False)


def downgrade() -> None:
    run(__file__, "down", as_owner=False)
