"""What the tests know of the running stack and may do to it: orders, faults, records, SQL."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, LiteralString, TypeVar, cast
from uuid import UUID

import aiohttp
import psycopg
import redis.asyncio as redis
from psycopg.rows import dict_row

from infra.local.cli.records import CallRecord, ControlPlane, TurnRecord
from infra.local.cli.stack_file import Stack, User

T = TypeVar("T")
POLL = 0.05  # seconds
STORED_WITHIN = 15.0  # seconds in which a call's record must be complete
_REQUEST = aiohttp.ClientTimeout(total=25)


class StackDescription(Stack):
    """All of `stack.json`."""

    redis_url: str
    aws_endpoint_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event of a call's record."""

    type: str
    body: Mapping[str, Any]
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """All that the control plane keeps of a call that is over."""

    call: CallRecord
    shown: Mapping[str, Any]  # the call as the API shows it
    turns: tuple[TurnRecord, ...]
    events: tuple[Event, ...]
    recording: str | None

    def of(self, kind: str) -> list[Mapping[str, Any]]:
        """Bodies of all events of one type."""
        return [event.body for event in self.events if event.type == kind]

    def failures(self, component: str) -> list[Mapping[str, Any]]:
        """What the record says of a component's failures."""
        return [body for body in self.of("provider.failed") if body["component"] == component]

    def exchanges(self) -> tuple[list[str], list[str]]:
        """The caller's utterances, and what the agent said before, between and after them."""
        said: list[str] = []
        answered = [""]
        for role, turns in groupby(self.turns, key=lambda turn: turn.role):
            text = " ".join(turn.said for turn in turns)
            if role == "caller":
                said.append(text)
                answered.append("")
            else:
                answered[-1] = text
        return said, answered

    def quantity(self, component: str) -> float:
        """How much of a component the bill holds."""
        bill = self.call.bill
        parts = bill.components if bill else ()
        return float(sum(part.quantity for part in parts if part.component == component))


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningStack:
    """The stack that `tests/fixtures/stack.py` has started."""

    description: StackDescription
    logs: Path
    data: Path

    @property
    def platform_user(self) -> User:
        """Who may see everything."""
        return next(user for user in self.description.users if user.role == "platform_admin")

    def log(self, service: str) -> str:
        """What a service has written so far."""
        return (self.logs / f"{service}.log").read_text(errors="replace")

    def log_lines(self, service: str) -> list[dict[str, Any]]:
        """The same, of a service that writes one JSON object a line."""
        return [json.loads(line) for line in self.log(service).splitlines() if line[:1] == "{"]

    # -- orders to the supervisor ------------------------------------------------------------

    async def order(self, service: str, verb: str) -> None:
        """Have the supervisor `kill`, take `down`, `start` or `term` a service."""
        url = f"{self.description.supervisor_url}/services/{service}/{verb}"
        status, body = await _json("POST", url)
        assert status == 200, body

    async def state(self, service: str) -> Mapping[str, Any]:
        """How the supervisor sees a service: state, pid, deaths."""
        _, body = await _json("GET", f"{self.description.supervisor_url}/services")
        return body[service]

    async def ready(self, service: str, *, unlike: int | None = None, within: float = 60) -> None:
        """Wait until a service is ready again, as another process than `unlike`."""

        async def is_ready() -> bool:
            now = await self.state(service)
            return now["state"] == "ready" and now["pid"] not in {None, unlike}

        await eventually(is_ready, within=within, what=f"{service} is ready")

    async def health(self) -> Mapping[str, Any] | None:
        """What the realtime process says of itself; None while it does not answer."""
        try:
            _, body = await _json("GET", f"{self.description.realtime_url}/health")
        except (aiohttp.ClientError, TimeoutError):
            return None
        return body

    # -- vendors -----------------------------------------------------------------------------

    def control(self, vendor: str) -> str:
        """Origin of a vendor's control routes."""
        return self.description.vendors[vendor].control_url

    async def tell(self, vendor: str, path: str, **body: object) -> Mapping[str, Any]:
        """An order to a vendor's control route."""
        status, answer = await _json("POST", self.control(vendor) + path, body)
        assert status < 300, answer
        return answer

    @asynccontextmanager
    async def fault(self, vendor: str, **order: object) -> AsyncGenerator[None]:
        """A fault that is armed within the block, as `POST /faults` takes it."""
        armed = await self.tell(vendor, "/faults", **order)
        try:
            yield
        finally:
            await _json("DELETE", f"{self.control(vendor)}/faults/{armed['id']}")

    async def journal(self, vendor: str, call: str) -> list[Mapping[str, Any]]:
        """What a vendor has seen of a call."""
        _, entries = await _json("GET", f"{self.control(vendor)}/journal?call={call}")
        return cast("list[Mapping[str, Any]]", entries)

    # -- the record --------------------------------------------------------------------------

    @asynccontextmanager
    async def plane(self, user: User) -> AsyncGenerator[ControlPlane]:
        """The control plane as `user` sees it."""
        async with ControlPlane(self.description) as plane:
            await plane.login(user)
            yield plane

    async def record(self, external_id: str, user: User) -> Record:
        """Everything kept of a call, once it is finalised."""
        async with self.plane(user) as plane:
            call = await plane.finished(external_id, within=STORED_WITHIN)
            shown = cast("dict[str, Any]", await plane.request("GET", f"/api/v1/calls/{call.id}"))
            listed = await plane.request("GET", f"/api/v1/calls/{call.id}/events")
            return Record(
                call=call,
                shown=shown,
                turns=tuple(await plane.turns(call.id)),
                events=tuple(
                    Event(type=row["type"], body=row["body"], at=row["at"])
                    for row in cast("list[dict[str, Any]]", listed)
                ),
                recording=await plane.recording(call.id),
            )

    async def seats(self, tenant_id: UUID) -> int:
        """How many of a client's calls are admitted at this moment, by Redis."""
        async with redis.from_url(self.description.redis_url) as client:
            keys = [key async for key in client.scan_iter(f"v1:{tenant_id}:seats:*")]
            return sum([await client.zcard(key) for key in keys])

    async def held_in_redis(self, tenant_id: UUID, call_id: UUID) -> bool:
        """Whether Redis knows anything of a call: its live state, its seats."""
        async with redis.from_url(self.description.redis_url) as client:
            if await client.exists(f"v1:{tenant_id}:call:{call_id}"):
                return True
            keys = [key async for key in client.scan_iter("v1:*:seats:*")]
            scores = [await client.zscore(key, str(call_id)) for key in keys]
        return any(score is not None for score in scores)

    # -- SQL ---------------------------------------------------------------------------------

    async def rows(self, query: LiteralString, **values: object) -> list[dict[str, Any]]:
        """Rows of a statement, as the superuser: for facts no API tells and states no API sets."""
        url = self.description.database_url
        async with (
            await psycopg.AsyncConnection.connect(url, autocommit=True) as connection,
            connection.cursor(row_factory=dict_row) as cursor,
        ):
            await cursor.execute(query, values)
            return await cursor.fetchall() if cursor.description else []


async def eventually(
    condition: Callable[[], Awaitable[T]], *, within: float, what: str, poll: float = POLL
) -> T:
    """The first true answer of `condition`; fails after `within` seconds."""
    deadline = time.monotonic() + within
    while not (answer := await condition()):
        assert time.monotonic() < deadline, f"not within {within:g} s: {what}"
        await asyncio.sleep(poll)
    return answer


async def _json(method: str, url: str, body: object = None) -> tuple[int, Any]:
    async with (
        aiohttp.ClientSession(timeout=_REQUEST) as http,
        http.request(method, url, json=body) as response,
    ):
        if response.content_type != "application/json":
            return response.status, await response.text()
        return response.status, await response.json()
