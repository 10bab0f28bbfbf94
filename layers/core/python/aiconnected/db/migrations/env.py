"""What Alembic runs for every command."""

from aiconnected.db.migrations.runner import migrate

migrate()
