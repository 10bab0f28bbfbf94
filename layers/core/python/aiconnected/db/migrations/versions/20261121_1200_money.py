"""Plans, subscriptions, invoices, billing events, carrier connections, daily figures."""

from aiconnected.db.migrations.sql import run

revision = "20261121_1200"
down_revision = "20261121_1150"
phase = "pre"  # runs before the code that needs it


def upgrade() -> None:
    run(__file__, "up")


def downgrade() -> None:
    run(__file__, "down")
