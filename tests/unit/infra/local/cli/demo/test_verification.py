"""The demo's promises: a good call keeps them all, and what is wrong with a bad one is named."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from infra.local.cli.demo import script
from infra.local.cli.demo.verification import Check, checks
from infra.local.cli.recording import Recording
from tests.fixtures.demo import DemoCall

pytestmark = pytest.mark.unit

SCRIPT = script.read("brightwater-dental")
Change = Callable[[DemoCall], None]


def broken(demo: DemoCall) -> list[Check]:
    kept = checks(demo.call, script=SCRIPT, appointment=demo.appointment, recording=demo.recording)
    return [check for check in kept if not check.kept]


def unbooked(demo: DemoCall) -> None:
    demo.appointment = None


def booked_at(at: datetime) -> Change:
    def change(demo: DemoCall) -> None:
        assert demo.appointment is not None
        demo.appointment = replace(demo.appointment, starts_at=at)

    return change


def booked_as(**fields: str) -> Change:
    def change(demo: DemoCall) -> None:
        assert demo.appointment is not None
        demo.appointment = replace(demo.appointment, **fields)

    return change


def recorded_for(seconds: int) -> Change:
    def change(demo: DemoCall) -> None:
        samples = np.ones(seconds * 8000, np.int16)
        demo.recording = Recording(caller=samples, agent=samples, rate=8000)

    return change


def silent_agent(demo: DemoCall) -> None:
    demo.recording = replace(demo.recording, agent=np.zeros_like(demo.recording.agent))


def turn(index: int, **fields: object) -> Change:
    return lambda demo: demo.call["turns"][index].update(fields)


def whole(**fields: object) -> Change:
    return lambda demo: demo.call.update(fields)


def free_of_charge(demo: DemoCall) -> None:
    demo.call["cost"]["cost"]["micros"] = 0


def test_the_recorded_call_keeps_every_promise(demo_call: DemoCall) -> None:
    assert broken(demo_call) == []


@pytest.mark.parametrize(
    ("change", "promise", "problem"),
    [
        (turn(0, agent_said="We take Cigna."), "Delta Dental", "does not say “Delta Dental”"),
        (turn(1, agent_said=None), "park my car", "does not say “garage”"),
        (turn(2, agent_said="We sell them."), "gift cards", "does not admit"),
        (turn(1, heard_after_ms=None), "park my car", "nothing was heard"),
        (turn(1, cut_off=True), "park my car", "before the caller had finished"),
        (turn(6, caller_said="My name is Emmy."), "Emily Carter", "without “emily”, “carter”"),
        (lambda demo: demo.call["turns"].pop(), "whole script", "9 turns"),
        (unbooked, "booking", "there is none"),
        (booked_as(service="check-up"), "booking", "it is for check-up"),
        (booked_as(customer_name="Emily Clark"), "booking", "without “carter”"),
        (booked_as(customer_phone="+12125550100"), "booking", "without “2125550147”"),
        (booked_at(datetime(2026, 11, 25, 8, 30)), "booking", "Wednesday 08:30"),  # noqa: DTZ001 -- local
        (booked_at(datetime(2026, 11, 24, 14, 0)), "booking", "Tuesday 14:00"),  # noqa: DTZ001 -- local
        (whole(outcome="failed"), "agent ended", "outcome failed"),
        (whole(end_reason="caller-hangup"), "agent ended", "caller-hangup"),
        (whole(cost=None), "cost", "no “cost”"),
        (free_of_charge, "cost", "zero"),
        (recorded_for(60), "recording", "60000 ms recorded"),
        (silent_agent, "recording", "agent side is silent"),
    ],
)
def test_what_a_bad_call_lacks_is_named(
    demo_call: DemoCall, change: Change, promise: str, problem: str
) -> None:
    change(demo_call)

    (only,) = broken(demo_call)

    assert promise in only.promise
    assert problem in only.problem
