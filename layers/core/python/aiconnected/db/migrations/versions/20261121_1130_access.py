"""Custom roles, API keys, invitations, sealed credentials, idempotency keys, exports."""

from aiconnected.db.migrations.sql import run

revision = "20261121_1130"
down_revision = "20261121_1120"
phase = "pre"  # runs before the code that needs it


def upgrade() -> None:
    run(__file__, "up")


def downgrade() -> None:
    run(__file__, "down")
