"""What the model may do besides speaking: each tool's arguments, work and answer."""

import datetime as dt
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from aiconnected.calls.models import CallConfig
from aiconnected.kit.errors import RuleBroken, Unavailable
from realtime.agent import hours
from realtime.agent.ports import Appointments, Passage

MOST_SLOTS = 5

A = TypeVar("A", bound="Arguments")
Answer = dict[str, object]


class Arguments(BaseModel):
    """Base of all tools' arguments: what is not declared is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class SearchKnowledge(Arguments):
    """Search the business's own documents for facts that the passages at hand do not hold."""

    query: str = Field(min_length=1, max_length=400, description="What to look for, in full words")


class BusinessHours(Arguments):
    """Opening hours of the business, on one day or for the week."""

    date: dt.date | None = Field(default=None, description="The day, as YYYY-MM-DD")


class CheckAvailability(Arguments):
    """Free appointments."""

    service: str | None = Field(default=None, max_length=120, description="The service wanted")
    date: dt.date | None = Field(default=None, description="The day, as YYYY-MM-DD")
    part_of_day: Literal["morning", "afternoon", "evening"] | None = Field(
        default=None, description="Part of the day"
    )


class BookAppointment(Arguments):
    """Book one of the slots that check_availability has returned."""

    slot_id: str = Field(min_length=1, max_length=64, description="The slot's slot_id")
    name: str = Field(min_length=1, max_length=120, description="The caller's full name")
    phone: str = Field(min_length=5, max_length=24, description="The caller's telephone number")
    service: str | None = Field(default=None, max_length=120, description="The service wanted")


class TransferCall(Arguments):
    """Connect the caller with a person of the business."""

    reason: str | None = Field(default=None, max_length=200, description="Why, in a few words")


class EndCall(Arguments):
    """End the call once the caller has said goodbye or wants nothing more."""

    reason: str | None = Field(default=None, max_length=200, description="Why, in a few words")


class Ending(Protocol):
    """How tools end a conversation."""

    def transfer(self, reason: str) -> None: ...
    def hang_up(self, reason: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolSpec:
    """A tool as the model sees it and the work behind it. `silent`: its answer needs no words."""

    name: str
    arguments: type[Arguments]
    work: Callable[[Arguments], Awaitable[Answer]]
    silent: bool = False

    @property
    def schema(self) -> dict[str, JsonValue]:
        """The declaration: name, description and JSON schema of the arguments."""
        return {
            "name": self.name,
            "description": (self.arguments.__doc__ or "").strip(),
            "parameters": _plain_schema(self.arguments),
        }


class Toolbox:
    """The tools of one call."""

    def __init__(
        self,
        config: CallConfig,
        *,
        search: Callable[[str], Awaitable[Sequence[Passage] | None]] | None,
        appointments: Appointments | None,
        ending: Ending,
    ) -> None:
        self._config, self._search, self._ending = config, search, ending
        self._appointments = appointments
        self._zone = ZoneInfo(config.timezone)

    def specs(self) -> list[ToolSpec]:
        """Those that the agent's version allows and the tenant has means for."""
        every = [
            _spec("business_hours", BusinessHours, work=self._business_hours),
            _spec("transfer_call", TransferCall, work=self._transfer, silent=True),
            _spec("end_call", EndCall, work=self._end, silent=True),
        ]
        if self._search is not None:
            every.append(_spec("search_knowledge", SearchKnowledge, work=self._search_knowledge))
        if self._appointments is not None:
            every.append(_spec("check_availability", CheckAvailability, work=self._check))
            every.append(_spec("book_appointment", BookAppointment, work=self._book))
        return [spec for spec in every if spec.name in self._config.agent.tools]

    async def _search_knowledge(self, asked: SearchKnowledge) -> Answer:
        found = await self._search(asked.query) if self._search else None
        if found is None:
            raise Unavailable("the documents cannot be searched now")
        passages = [{"id": p.id, "title": p.title, "text": p.text} for p in found]
        return {"passages": passages}

    async def _business_hours(self, asked: BusinessHours) -> Answer:
        return hours.on_day(self._config, asked.date) if asked.date else hours.week(self._config)

    async def _check(self, asked: CheckAvailability) -> Answer:
        slots = await self._calendar().available(
            day=asked.date, part_of_day=asked.part_of_day, service=asked.service
        )
        return {
            "slots": [
                {
                    "slot_id": slot.id,
                    "start": slot.start.astimezone(self._zone).isoformat(),
                    "spoken": hours.spoken_start(slot.start.astimezone(self._zone)),
                }
                for slot in slots[:MOST_SLOTS]
            ]
        }

    async def _book(self, asked: BookAppointment) -> Answer:
        booked = await self._calendar().book(
            asked.slot_id, name=asked.name, phone=asked.phone, service=asked.service
        )
        start = booked.start.astimezone(self._zone)
        return {"appointment_id": booked.appointment_id, "spoken": hours.spoken_start(start)}

    async def _transfer(self, asked: TransferCall) -> Answer:
        if self._config.transfer_number is None:
            raise RuleBroken("nobody can take the call at the moment")
        self._ending.transfer(asked.reason or "")
        return {"transferring": True}

    async def _end(self, asked: EndCall) -> Answer:
        self._ending.hang_up(asked.reason or "")
        return {"ending": True}

    def _calendar(self) -> Appointments:
        if self._appointments is None:
            raise Unavailable("there is no calendar")
        return self._appointments


def as_text(answer: Answer) -> str:
    """What the model is given."""
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def _spec(
    name: str,
    arguments: type[A],
    *,
    work: Callable[[A], Awaitable[Answer]],
    silent: bool = False,
) -> ToolSpec:
    async def checked(given: Arguments) -> Answer:
        if not isinstance(given, arguments):
            raise TypeError(f"{name} takes {arguments.__name__}")
        return await work(given)

    return ToolSpec(name=name, arguments=arguments, work=checked, silent=silent)


def _plain_schema(arguments: type[Arguments]) -> dict[str, JsonValue]:
    """JSON schema without titles and nulls: an optional argument is left out, not null."""
    schema = arguments.model_json_schema()
    properties: dict[str, JsonValue] = {}
    for name, entry in schema["properties"].items():
        kinds = [kind for kind in entry.pop("anyOf", [{}]) if kind.get("type") != "null"]
        merged = {**kinds[0], **entry}
        properties[name] = {k: v for k, v in merged.items() if k not in {"title", "default"}}
    return {
        "type": "object",
        "properties": properties,
        "required": schema.get("required", []),
        "additionalProperties": False,
    }
