"""Times lists and searches as the application's login, and counts sequential scans."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import psycopg

from aiconnected.calls.lists import CALLS
from aiconnected.calls.reads import CallReadRepository
from aiconnected.db import Database, Scope
from aiconnected.kit.listing import ListQuery
from tests.bench.quantiles import p50, p95
from tests.bench.scale.generation import COMMON, DAYS, NOW, RARE, Client

TARGET_MS = 50.0
RUNS = 200
_WARM_UP = 10  # a prepared statement has got its final plan by then
_SCANS = """
SELECT coalesce(sum(s.seq_scan), 0)
FROM pg_stat_user_tables AS s
WHERE s.relname ~ '^(calls|transcripts|transcript_turns)'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """One question, and how long its answers took in ms. `target` is False for what informs."""

    name: str
    rows: int
    p50: float
    p95: float
    target: bool = True

    @property
    def ok(self) -> bool:
        """Whether it was fast enough."""
        return not self.target or self.p95 <= TARGET_MS


class Measuring:
    """Asks as the product does: a unit of work, the repository, role `app`."""

    def __init__(self, app_url: str, platform_url: str, *, owner_url: str) -> None:
        self._app_url, self._platform_url, self._owner_url = app_url, platform_url, owner_url
        self._reads = CallReadRepository()

    def all(
        self, clients: list[Client], progress: Callable[[Timed], None]
    ) -> tuple[list[Timed], int]:
        """Every question's times, and how many sequential scans of calls and words there were."""
        large, small = clients[0], clients[-1]
        before = self._scans()
        database = Database.single(self._app_url, self._platform_url)
        timed: list[Timed] = []
        for name, client, query, judged in _questions(large, small):
            tenant = None if name.startswith("agency") else client.tenant_id
            scope = Scope(agency_id=client.agency_id, tenant_id=tenant)
            timed.append(self._time(database, scope, name=name, query=query, judged=judged))
            progress(timed[-1])
        database.close()
        time.sleep(1.5)  # the server tells its counters a second later
        return timed, self._scans() - before

    def _time(
        self,
        database: Database,
        scope: Scope,
        *,
        name: str,
        query: Mapping[str, str],
        judged: bool,
    ) -> Timed:
        wanted = self._read(database, scope, query)
        took: list[float] = []
        rows = 0
        for _ in range(_WARM_UP + RUNS):
            began = time.perf_counter()
            with database.work(scope) as work:
                rows = len(self._reads.page(work, wanted).items)
            took.append((time.perf_counter() - began) * 1e3)
        timed = took[_WARM_UP:]
        return Timed(
            name=name, rows=rows, p50=p50(timed) or 0.0, p95=p95(timed) or 0.0, target=judged
        )

    def _read(self, database: Database, scope: Scope, query: Mapping[str, str]) -> ListQuery:
        given = dict(query)
        if given.pop("second_page", ""):
            first = CALLS.read({name: [value] for name, value in given.items()})
            with database.work(scope) as work:
                given["cursor"] = self._reads.page(work, first).after or ""
        return CALLS.read({name: [value] for name, value in given.items()})

    def _scans(self) -> int:
        with psycopg.connect(self._owner_url) as connection:
            row: Any = connection.execute(_SCANS.encode()).fetchone()
        return int(row[0])


_Question = tuple[str, Client, dict[str, str], bool]


def _questions(large: Client, small: Client) -> list[_Question]:
    since = {"initiated_at[gte]": (NOW - timedelta(days=DAYS)).isoformat()}
    month = {"initiated_at[gte]": (NOW - timedelta(days=60)).isoformat(),
             "initiated_at[lt]": (NOW - timedelta(days=30)).isoformat()}  # fmt: skip
    asked: list[_Question] = [
        ("list, newest first", large, {}, True),
        ("list, second page", large, {"second_page": "yes"}, True),
        ("list, last 90 days", large, since, True),
        ("list, one month", large, month, True),
        ("list, failed calls", large, {"status": "failed"}, True),
        ("list, a hundred rows", large, {"limit": "100"}, True),
        ("list of a small client", small, {}, True),
        ("agency's list of all clients", large, {}, True),
    ]
    asked += [
        (f"search with {times} matches", large, {"q": word} | since, True)
        for word, times in RARE.items()
    ]
    asked += [
        ("search, second page", large, {"q": "harpsichord", "second_page": "yes"} | since, True),
        ("search that finds nothing", large, {"q": "zeppelin"} | since, True),
        ("search of a small client for a common word", small, {"q": COMMON}, True),
        ("agency's search", large, {"q": "kestrel"}, False),
        ("search for a word of every third call", large, {"q": COMMON} | since, False),
        ("search for a part of a number", large, {"q": "5550143"} | since, False),
        ("search for an outcome", large, {"q": "abandoned"} | since, False),
    ]
    return asked
