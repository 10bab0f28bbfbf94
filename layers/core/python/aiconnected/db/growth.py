"""Growth of the tables that are never emptied: how near each is to what it was built for (D7)."""

from dataclasses import dataclass

from aiconnected.db.database import Database
from aiconnected.db.queries import Queries
from aiconnected.db.scope import Scope

SQL = Queries.beside(__file__)
# Rows at which a table has to be partitioned, or its partitions cut smaller.
THRESHOLDS = {
    "calls": 10_000_000,
    "call_events": 50_000_000,
    "transcript_turns": 100_000_000,
    "usage_records": 50_000_000,
}
_NEAR = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSize:
    """About how many rows a table has, its partitions together."""

    name: str
    rows: int

    @property
    def threshold(self) -> int:
        """How many it was built for."""
        return THRESHOLDS[self.name]

    @property
    def is_near(self) -> bool:
        """Whether four fifths of that are reached."""
        return self.rows >= _NEAR * self.threshold


class Growth:
    """Looks at the planner's estimates: exact to a few per cent, and as fast at any size."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def sizes(self) -> list[TableSize]:
        """The watched tables."""
        with self._database.work(Scope.platform("watch growth")) as work:
            return work.rows(SQL["estimated_rows"], TableSize, tables=list(THRESHOLDS))
