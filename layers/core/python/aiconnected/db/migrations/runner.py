"""Runs the revisions that Alembic chose: one migrator at a time, never a long wait for a lock."""

from alembic import context
from sqlalchemy import create_engine, pool, text

# Any number, the same for every migrator: serialises deployments that race.
ADVISORY_LOCK = 0x61_69_63_6F  # "aico"


def migrate() -> None:
    """Each revision in its own transaction, on the database of the configuration's `url`."""
    engine = create_engine(context.config.attributes["url"], poolclass=pool.NullPool)
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": ADVISORY_LOCK})
        # A migration that cannot have its lock fails soon: all others would queue behind it.
        connection.execute(text("SET lock_timeout = '5s'"))
        connection.execute(text("SET statement_timeout = '10min'"))
        connection.commit()
        try:
            context.configure(connection=connection, transaction_per_migration=True)
            with context.begin_transaction():
                context.run_migrations()
        finally:
            connection.rollback()
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": ADVISORY_LOCK})
            connection.commit()
