"""${message}."""

from aiconnected.db.migrations.sql import run

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
phase = "pre"  # runs before the code that needs it; or "post"


def upgrade() -> None:
    run(__file__, "up")


def downgrade() -> None:
    run(__file__, "down")
