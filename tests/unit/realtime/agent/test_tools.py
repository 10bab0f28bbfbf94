"""The tools as the model sees them, and how they are run."""

import asyncio
import json
from datetime import date

import pytest

from aiconnected.contracts.facts import ToolCalled
from aiconnected.kit.errors import Conflict, ErrorCode
from realtime.agent.ports import Booking, Passage, Slot
from realtime.agent.toolrunner import ToolRunner
from realtime.agent.tools import Toolbox, ToolSpec
from tests.fakes.loop_clock import LoopClock
from tests.fixtures.agent import Calendar, FactList, call_config

pytestmark = pytest.mark.unit

EVERY = (
    "search_knowledge",
    "business_hours",
    "check_availability",
    "book_appointment",
    "transfer_call",
    "end_call",
)


class Endings:
    def __init__(self) -> None:
        self.asked: list[str] = []

    def transfer(self, reason: str) -> None:
        self.asked.append(f"transfer {reason}")

    def hang_up(self, reason: str) -> None:
        self.asked.append(f"hang up {reason}")


class TakenCalendar(Calendar):
    async def book(self, slot_id: str, **_: object) -> Booking:
        raise Conflict("this appointment has just been taken")


class SlowCalendar(Calendar):
    async def available(self, **_: object) -> list[Slot]:
        await asyncio.sleep(60)
        return []


async def search(query: str) -> list[Passage]:
    return [Passage(id="1", title="t", text=f"about {query}", score=1.0)]


def tools(calendar: Calendar | None = None) -> dict[str, ToolSpec]:
    toolbox = Toolbox(
        call_config(tools=EVERY),
        search=search,
        appointments=calendar or Calendar(),
        ending=Endings(),
    )
    return {spec.name: spec for spec in toolbox.specs()}


class Bench:
    """A runner, its facts and how often it found a tool slow."""

    def __init__(self) -> None:
        self.facts, self.slow = FactList(), 0
        self.runner = ToolRunner(
            self.facts, LoopClock(), timeout=4.0, filler_after=0.7, slow=self._count
        )

    def _count(self) -> None:
        self.slow += 1

    @property
    def called(self) -> ToolCalled:
        (fact,) = self.facts.of(ToolCalled)
        return fact


def test_only_allowed_tools_with_means_behind_them_are_offered() -> None:
    toolbox = Toolbox(
        call_config(tools=("business_hours", "book_appointment", "search_knowledge")),
        search=None,
        appointments=None,
        ending=Endings(),
    )

    assert [spec.name for spec in toolbox.specs()] == ["business_hours"]


def test_a_declaration_holds_plain_json_schema() -> None:
    declared = tools()["check_availability"].schema

    assert declared["parameters"] == {
        "type": "object",
        "properties": {
            "service": {
                "type": "string",
                "maxLength": 120,
                "description": "The service wanted",
            },
            "date": {
                "type": "string",
                "format": "date",
                "description": "The day, as YYYY-MM-DD",
            },
            "part_of_day": {
                "type": "string",
                "enum": ["morning", "afternoon", "evening"],
                "description": "Part of the day",
            },
        },
        "required": [],
        "additionalProperties": False,
    }


async def test_a_tool_is_given_up_when_nobody_waits_for_it_any_more() -> None:
    bench = Bench()
    began = LoopClock().monotonic()
    running = asyncio.create_task(
        bench.runner.run(tools(SlowCalendar())["check_availability"], {"date": "2026-11-24"})
    )
    await asyncio.sleep(0.1)

    bench.runner.close()

    assert not (await running).ok
    assert LoopClock().monotonic() - began == pytest.approx(0.1)
    assert not bench.facts.of(ToolCalled)


async def test_slots_are_told_in_the_tenants_zone() -> None:
    bench = Bench()

    answer = await bench.runner.run(tools()["check_availability"], {"date": "2026-11-24"})

    assert json.loads(answer.text)["slots"][0] == {
        "slot_id": "s0",
        "start": "2026-11-24T10:00:00-05:00",
        "spoken": "Tuesday, November 24 at 10 a.m.",
    }
    assert bench.called.ok
    assert bench.called.name == "check_availability"


async def test_a_booking_names_the_appointment_and_its_time() -> None:
    given = {"slot_id": "s1", "name": "Emily Carter", "phone": "+12125550147"}

    answer = await Bench().runner.run(tools()["book_appointment"], dict(given))

    assert json.loads(answer.text) == {
        "appointment_id": "booked-s1",
        "spoken": "Tuesday, November 24 at 10 a.m.",
    }


async def test_wrong_arguments_are_named_but_not_quoted() -> None:
    bench = Bench()

    answer = await bench.runner.run(
        tools()["book_appointment"], {"slot_id": "s1", "name": "", "phone": "+12125550147", "x": 1}
    )

    told = json.loads(answer.text)
    assert not answer.ok
    assert told["error"] == ErrorCode.VAL_INVALID_FORMAT
    assert "name: " in told["message"]
    assert "x: " in told["message"]
    assert "+12125550147" not in answer.text
    assert (bench.called.ok, bench.called.code) == (False, "VAL_INVALID_FORMAT")


async def test_a_rule_that_is_broken_is_told_to_the_model() -> None:
    given = {"slot_id": "s1", "name": "Emily Carter", "phone": "+12125550147"}

    answer = await Bench().runner.run(tools(TakenCalendar())["book_appointment"], dict(given))

    assert json.loads(answer.text) == {
        "error": "RES_CONFLICT",
        "message": "this appointment has just been taken",
    }


async def test_a_slow_tool_brings_a_filler_and_then_runs_out_of_time() -> None:
    bench = Bench()

    answer = await bench.runner.run(tools(SlowCalendar())["check_availability"], {})

    assert not answer.ok
    assert bench.slow == 1
    assert bench.called.code == ErrorCode.SRV_TIMEOUT
    assert bench.called.duration_ms == pytest.approx(4000, abs=1)


async def test_a_quick_tool_brings_no_filler() -> None:
    bench = Bench()

    await bench.runner.run(tools()["search_knowledge"], {"query": "parking"})
    await asyncio.sleep(5)

    assert bench.slow == 0


async def test_a_transfer_without_anybody_to_take_it_is_refused() -> None:
    endings = Endings()
    config = call_config(tools=EVERY)
    object.__setattr__(config, "transfer_number", None)
    toolbox = Toolbox(config, search=None, appointments=None, ending=endings)
    spec = next(spec for spec in toolbox.specs() if spec.name == "transfer_call")

    answer = await Bench().runner.run(spec, {})

    assert not answer.ok
    assert endings.asked == []


async def test_hours_are_given_for_a_day_or_for_the_week() -> None:
    spec = tools()["business_hours"]

    day = await Bench().runner.run(spec, {"date": date(2026, 11, 24).isoformat()})
    week = await Bench().runner.run(spec, {})

    assert json.loads(day.text)["weekday"] == "Tuesday"
    assert len(json.loads(week.text)["week"]) == 7
