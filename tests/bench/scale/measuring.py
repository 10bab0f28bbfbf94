"""Times lists and searches as the application's login, and looks at their plans.

The machine may be busy with something else: beside each answer's time stands the CPU time that it
took here and in PostgreSQL, and the time of a unit of work that asks for nothing.
"""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psutil
import psycopg

from aiconnected.calls.lists import CALLS
from aiconnected.calls.reads import CallReadRepository
from aiconnected.db import Database, Query, Scope, Work
from aiconnected.kit.listing import ListQuery
from tests.bench.quantiles import p50, p95
from tests.bench.scale import plans
from tests.bench.scale.generation import Client
from tests.bench.scale.questions import Question, questions

TARGET_MS = 50.0
RUNS = 200
_WARM_UP = 10  # pages are in memory by then
_ENTER = "SELECT set_config('app.agency_id', %s, true), set_config('app.tenant_id', %s, true)"
_PID = Query(name="bench.pid", text="SELECT pg_backend_pid()")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """One question and how long its answers took, in ms."""

    question: Question
    rows: int
    p50: float
    p95: float
    cpu: float  # of ours and of the server's, mean
    bare: float  # p95 of units of work that ask for nothing, right after it
    scanned: frozenset[str]  # tables that were read from end to end

    @property
    def ok(self) -> bool:
        """Whether it was fast enough and read through an index, or is not judged."""
        return not self.question.judged or (self.p95 <= TARGET_MS and not self.scanned)


class Measuring:
    """Asks as the product does: a unit of work, the repository, role `app`.

    Without `counting` it does not look at how lists are counted: of a few thousand calls most are.
    """

    def __init__(
        self,
        app_url: str,
        platform_url: str,
        *,
        owner_url: str,
        runs: int = RUNS,
        counting: bool = True,
    ) -> None:
        self._urls, self._owner_url, self._runs = (app_url, platform_url), owner_url, runs
        self._counting = counting
        self._reads = CallReadRepository()

    def all(self, clients: list[Client], progress: Callable[[Timed], None]) -> list[Timed]:
        """Every question's times and plans."""
        large, small = clients[0], clients[-1]
        timed: list[Timed] = []
        for question in questions(large):
            client = small if question.small else large
            tenant_id = None if question.agency else client.tenant_id
            scope = Scope(agency_id=client.agency_id, tenant_id=tenant_id)
            with self._database() as database:
                timed.append(self._time(database, scope, question))
            progress(timed[-1])
        return timed

    def scanned(self, scope: Scope, question: Question) -> frozenset[str]:
        """The tables that the answer to a question reads from end to end."""
        plans.tell(self._owner_url)
        none = plans.empty(self._owner_url)
        with psycopg.connect(self._urls[0], prepare_threshold=None) as connection:
            connection.execute(_ENTER, [str(scope.agency_id), str(scope.tenant_id or "")])
            work = Work(connection, scope)
            wanted = self._wanted(work, question)
            with plans.told(connection, empty=none, counting=self._counting) as told:
                self._reads.page(work, wanted)
        if not told.told:
            raise RuntimeError("auto_explain said nothing")
        return frozenset(told.scanned)

    def _time(self, database: Database, scope: Scope, question: Question) -> Timed:
        with database.work(scope) as work:
            wanted = self._wanted(work, question)
            server = psutil.Process(work.value(_PID, int) or 0)
        took: list[float] = []
        bare: list[float] = []
        rows, cpu = 0, 0.0
        warm_up = min(_WARM_UP, self._runs)
        for number in range(warm_up + self._runs):
            if number == warm_up:
                cpu = _consumed(server)
            began = time.perf_counter()
            with database.work(scope) as work:
                rows = len(self._reads.page(work, wanted).items)
            took.append((time.perf_counter() - began) * 1e3)
        cpu = _consumed(server) - cpu
        for _ in range(self._runs):
            began = time.perf_counter()
            with database.work(scope) as work:
                work.value(_PID, int)
            bare.append((time.perf_counter() - began) * 1e3)
        timed = took[warm_up:]
        return Timed(
            question=question,
            rows=rows,
            p50=p50(timed) or 0.0,
            p95=p95(timed) or 0.0,
            cpu=cpu * 1e3 / self._runs,
            bare=p95(bare) or 0.0,
            scanned=self.scanned(scope, question),
        )

    def _wanted(self, work: Work, question: Question) -> ListQuery:
        given = dict(question.query)
        if question.second_page:
            first = CALLS.read({name: [value] for name, value in given.items()})
            given["cursor"] = self._reads.page(work, first).after or ""
        return CALLS.read({name: [value] for name, value in given.items()})

    @contextmanager
    def _database(self) -> Generator[Database]:
        """Connected anew, as plans are not told to whoever is timed."""
        plans.hush(self._owner_url)
        database = Database.single(*self._urls)
        try:
            yield database
        finally:
            database.close()


def _consumed(server: psutil.Process) -> float:
    """CPU seconds of this process and of the server's that it is connected to."""
    times: Any = server.cpu_times()
    return time.process_time() + times.user + times.system
