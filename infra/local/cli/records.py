"""The call's record in the control plane, found by the carrier's id once it is finished."""

import asyncio
import time
from datetime import datetime
from decimal import Decimal
from types import TracebackType
from typing import Any, Self, TypeVar, cast

import aiohttp
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from aiconnected.contracts.facts import ToolCalled
from infra.local.cli.errors import RecordUnavailable
from infra.local.cli.stack_file import Stack, User

POLL = 0.25  # seconds
REQUEST_TIMEOUT = 10.0  # seconds
TOOL_CALLED = ToolCalled.TYPE
LIVE = frozenset({"ringing", "in_progress", "on_hold", "transferring"})


class _Record(BaseModel):
    """What the API sends and this command does not need is ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


Model = TypeVar("Model", bound=_Record)


class MoneyRecord(_Record):
    """Micro-units of a currency."""

    micros: int
    currency: str


class ComponentRecord(_Record):
    """What one component of a call cost and sells for."""

    component: str
    unit: str
    quantity: Decimal
    cost: MoneyRecord | None = None
    price: MoneyRecord | None = None


class BillRecord(_Record):
    """The parts of a call's cost."""

    components: tuple[ComponentRecord, ...] = ()


class CallRecord(_Record):
    """One call."""

    id: str
    status: str
    outcome: str | None = None
    finalised_at: datetime | None = None
    cost: MoneyRecord | None = None
    price: MoneyRecord | None = None
    bill: BillRecord | None = None


class TurnRecord(_Record):
    """One stored turn. `marks` and `origin` are those of `TurnCommitted`."""

    turn: int = 0  # its number in the call
    role: str
    speech: str = "answer"
    text: str
    heard_text: str | None = None
    interrupted: bool = False
    started_at: datetime
    ended_at: datetime | None = None
    audio_ms: int = 0  # where it begins in the recording
    stages: dict[str, float] = Field(default_factory=dict)
    hidden: dict[str, float] = Field(default_factory=dict)
    marks: dict[str, float] = Field(default_factory=dict)
    origin: float | None = None

    @property
    def said(self) -> str:
        """What the other side can have heard."""
        return self.text if self.heard_text is None else self.heard_text


class ToolRecord(_Record):
    """One tool that the agent called; `code` says why it failed."""

    name: str
    ok: bool
    code: str = ""
    duration_ms: float
    at: datetime


class _RecordingRecord(_Record):
    url: str = Field(validation_alias=AliasChoices("url", "download_url"))


class ControlPlane:
    """A demo user's session with the API; use as an async context manager."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        timeout = aiohttp.ClientTimeout(total=REQUEST_TIMEOUT)
        self._http = aiohttp.ClientSession(self._stack.api_url, timeout=timeout)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._http is not None:
            await self._http.close()

    async def login(self, user: User) -> None:
        body = {"email": user.email, "password": user.password}
        token = await self.request("POST", "/api/v1/auth/login", json=body)
        access = cast("dict[str, Any]", token).get("access_token")
        if not isinstance(access, str) or self._http is None:
            raise RecordUnavailable("the login brought no access_token")
        self._http.headers["Authorization"] = f"Bearer {access}"

    async def finished(self, external_id: str, *, within: float) -> CallRecord:
        """The call with this carrier id once it is finalised; raises RecordUnavailable in time."""
        deadline = time.monotonic() + within
        found: CallRecord | None = None
        while time.monotonic() < deadline:
            found = await self.find(external_id)
            if found is not None and found.status not in LIVE and found.finalised_at is not None:
                return found
            await asyncio.sleep(POLL)
        state = "is unknown" if found is None else f"is still {found.status}, not finalised"
        raise RecordUnavailable(f"after {within:g} s the call {state}")

    async def find(self, external_id: str) -> CallRecord | None:
        """The call with this carrier id as it stands; None when there is none yet."""
        query = {"external_call_id": external_id}
        listed = await self.request("GET", "/api/v1/calls", params=query)
        rows = cast("list[dict[str, Any]]", listed)
        if not rows:
            return None
        whole = await self.request("GET", f"/api/v1/calls/{rows[0]['id']}")
        return _valid(CallRecord, whole)

    async def turns(self, call_id: str) -> list[TurnRecord]:
        """The stored transcript in the order of time."""
        listed = await self.request("GET", f"/api/v1/calls/{call_id}/transcript")
        rows = cast("dict[str, Any]", listed)["turns"] if isinstance(listed, dict) else listed
        turns = [_valid(TurnRecord, row) for row in cast("list[object]", rows)]
        return sorted(turns, key=lambda turn: turn.started_at)

    async def tools(self, call_id: str) -> list[ToolRecord]:
        """The tools called, in the order of time."""
        listed = await self.request("GET", f"/api/v1/calls/{call_id}/events")
        events = cast("list[dict[str, Any]]", listed)
        called = [event for event in events if event["type"] == TOOL_CALLED]
        return [_valid(ToolRecord, {**event["body"], "at": event["at"]}) for event in called]

    async def recording(self, call_id: str) -> str | None:
        """A short-lived address of the recording; None when there is none."""
        try:
            found = await self.request("GET", f"/api/v1/calls/{call_id}/recording")
        except RecordUnavailable:
            return None
        return _valid(_RecordingRecord, found).url

    async def request(
        self,
        method: str,
        path: str,
        *,
        params: dict[str, str] | None = None,
        json: dict[str, str] | None = None,
    ) -> object:
        """The `data` of an answer; raises RecordUnavailable for anything but 2xx."""
        if self._http is None:
            raise RecordUnavailable("not connected")
        try:
            async with self._http.request(method, path, params=params, json=json) as response:
                body: object = await response.json()
        except (aiohttp.ClientError, TimeoutError, ValueError) as exc:
            raise RecordUnavailable(f"{method} {path}: {type(exc).__name__}") from exc
        if response.status >= 300 or not isinstance(body, dict):  # noqa: PLR2004 - HTTP's own number
            raise RecordUnavailable(f"{method} {path}: HTTP {response.status}")
        return cast("dict[str, object]", body).get("data")


def _valid(model: type[Model], value: object) -> Model:
    try:
        return model.model_validate(value)
    except ValidationError as exc:
        raise RecordUnavailable(f"not a {model.__name__}: {exc}") from exc
