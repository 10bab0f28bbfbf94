"""The schema as it is and as the code needs it: readiness, and the partitions of months to come."""

from pathlib import Path
from uuid import UUID

from aiconnected.db.database import Database
from aiconnected.db.errors import DatabaseUnavailable
from aiconnected.db.queries import Queries
from aiconnected.db.scope import Scope

SQL = Queries.beside(__file__)
MONTHS = 3
# How long months are kept: bills and proofs for seven years, what explains a call for two.
KEPT_MONTHS = {"audit_log": 84, "usage_records": 84, "transcript_turns": 84, "call_events": 24}
_VERSIONS = Path(__file__).parent / "migrations" / "versions"
_NOBODY = Scope(agency_id=UUID(int=0))  # sees no row: enough to see that the login works


class SchemaOutdated(DatabaseUnavailable):
    """The database lacks migrations that this code needs."""


def needed() -> str:
    """The newest revision that this code knows: `20261121_1120` of `20261121_1120_slug.py`."""
    newest = max(path.stem for path in _VERSIONS.glob("[0-9]*.up.sql"))
    return "_".join(newest.split("_")[:2])


class Schema:
    """Looks after the database as a whole."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def check(self) -> str:
        """The revision, seen by both logins. Raises `DatabaseUnavailable` or `SchemaOutdated`.

        A newer one is fine: what the next code needs is migrated before it is deployed.
        """
        with self._database.work(_NOBODY) as work:
            work.value(SQL["revision"], str)
        with self._database.work(Scope.platform("check schema")) as work:
            found = work.value(SQL["revision"], str)
        if found is None or found < needed():
            raise SchemaOutdated
        return found

    def ensure_partitions(self) -> int:
        """Make the partitions of the next months: the scheduled job. How many were missing."""
        with self._database.work(Scope.platform("make partitions")) as work:
            return work.value(SQL["ensure_partitions"], int, months=MONTHS) or 0

    def retire_partitions(self) -> int:
        """Drop the partitions of months that are kept no longer: the scheduled job. How many.

        Raises `DatabaseUnavailable` when somebody holds a table: the next run does it.
        """
        retired = 0
        for parent, months in KEPT_MONTHS.items():
            with self._database.work(Scope.platform("retire partitions")) as work:
                query = SQL["retire_partitions"]
                retired += work.value(query, int, parent=parent, months=months) or 0
        return retired
