"""Runs the SQL beside a revision module: `<revision>.up.sql` and `<revision>.down.sql`."""

from pathlib import Path
from typing import Any, Literal, cast

from alembic import op
from psycopg import Connection


def run(module: str, direction: Literal["up", "down"], *, as_owner: bool = True) -> None:
    """Run the revision's SQL as the role `owner`, or as the migrating login itself.

    `module` is the revision's `__file__`. The statements go to the server as one simple query.
    """
    statements = Path(module).with_suffix(f".{direction}.sql").read_text(encoding="utf-8")
    if as_owner:
        statements = f"SET LOCAL ROLE owner;\n{statements}\nRESET ROLE;"
    connection = cast("Connection[Any]", op.get_bind().connection.driver_connection)
    connection.execute(statements.encode())
