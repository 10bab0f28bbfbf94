"""Callbacks as the job executes them: once, by an agent or a person, when people may be called."""

from datetime import timedelta
from typing import Any, cast
from uuid import UUID

import pytest

from aiconnected.contracts.jobs import EventHappened, MailRequested
from aiconnected.kit.errors import ProviderError, ProviderTimeout
from chalicelib.jobs.callbacks import make_callbacks
from tests.fakes.carrier import MemoryCarrier
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.voice import FakeQueue, Practice, SettableClock
from tests.fixtures.web_api import ControlPlane
from tests.integration.functions.test_outbound import CALLEE, admin, carrier, run

pytestmark = pytest.mark.integration
__all__ = ["admin", "carrier"]  # fixtures

ALL = "/api/v1/callbacks"
NIGHT = timedelta(hours=12)


def promise(plane: ControlPlane, *, agent_id: UUID | None, within: timedelta) -> str:
    """Somebody is to be called."""
    body = {
        "phone_number": CALLEE,
        "customer_name": "Ada",
        "reason": "A crown",
        "scheduled_for": (plane.services.clock.now() + within).isoformat(),
        "agent_id": None if agent_id is None else str(agent_id),
    }
    return cast("str", plane.request("POST", ALL, json_body=body).data["id"])


def later(plane: ControlPlane, length: timedelta) -> None:
    """Let time pass, and the job run."""
    cast("SettableClock", plane.services.clock).move(length)
    make_callbacks(plane.services)


def shown(plane: ControlPlane, callback_id: str) -> tuple[str, str | None, int]:
    found = plane.get(f"{ALL}/{callback_id}").data
    return found["status"], found["outcome"], found["attempts"]


def handed_over(plane: ControlPlane) -> tuple[list[dict[str, Any]], list[str]]:
    """Events and mails that tell a person to call."""
    plane.services.relay.sweep()
    queue = cast("FakeQueue", plane.services.publisher)
    events = [one.read(EventHappened) for one in queue.sent if one.type == EventHappened.TYPE]
    mails = [one.read(MailRequested) for one in queue.sent if one.type == MailRequested.TYPE]
    due = [dict(event.data) for event in events if event.event == "callback.due"]
    return due, [mail.email for mail in mails]


def test_a_callback_of_an_agents_is_called_once_when_it_is_due(
    admin: ControlPlane, carrier: MemoryCarrier, practice: Practice
) -> None:
    callback_id = promise(admin, agent_id=practice.agent_id, within=timedelta(hours=1))
    later(admin, timedelta(minutes=59))
    assert (shown(admin, callback_id), carrier.dialled) == (("pending", None, 0), [])

    later(admin, timedelta(minutes=2))
    later(admin, timedelta(hours=1))

    assert [each.to for each in carrier.dialled] == [CALLEE]
    assert shown(admin, callback_id) == ("done", "called", 1)
    assert admin.get("/api/v1/calls", to_number=CALLEE).data[0]["direction"] == "outbound"
    assert handed_over(admin) == ([], [])


def test_a_callback_without_an_agent_goes_to_a_person(
    admin: ControlPlane, carrier: MemoryCarrier, practice: Practice, database_urls: DatabaseUrls
) -> None:
    run(database_urls, "UPDATE tenants SET contact_email = 'desk@dental.example'")
    callback_id = promise(admin, agent_id=None, within=timedelta(hours=1))

    later(admin, timedelta(hours=1))
    later(admin, timedelta(hours=1))

    events, mails = handed_over(admin)
    assert [(each["callback_id"], each["phone_number"], each["why"]) for each in events] == [
        (callback_id, CALLEE, "")
    ]
    assert mails == ["desk@dental.example"]
    assert (shown(admin, callback_id), carrier.dialled) == (("done", "handed_over", 1), [])


def test_nobody_is_called_at_night_and_the_callback_waits_for_the_morning(
    admin: ControlPlane, carrier: MemoryCarrier, practice: Practice
) -> None:
    callback_id = promise(admin, agent_id=practice.agent_id, within=NIGHT)
    later(admin, NIGHT)
    assert (shown(admin, callback_id)[0], carrier.dialled) == ("pending", [])

    for _ in range(40):
        later(admin, timedelta(minutes=15))

    assert len(carrier.dialled) == 1
    assert shown(admin, callback_id) == ("done", "called", 1)


def test_who_asked_not_to_be_called_is_not_and_a_person_learns_why(
    admin: ControlPlane, carrier: MemoryCarrier, practice: Practice
) -> None:
    callback_id = promise(admin, agent_id=practice.agent_id, within=timedelta(minutes=1))
    admin.request("POST", "/api/v1/opt-outs", json_body={"phone_number": CALLEE})

    later(admin, timedelta(minutes=1))

    assert (shown(admin, callback_id)[0], carrier.dialled) == ("failed", [])
    (event,) = handed_over(admin)[0]
    assert event["why"] == "biz_operation_failed"


def test_a_carrier_that_is_away_is_asked_three_times(
    admin: ControlPlane, carrier: MemoryCarrier, practice: Practice
) -> None:
    callback_id = promise(admin, agent_id=practice.agent_id, within=timedelta(minutes=1))
    carrier.failure = ProviderError(provider="twilio", retryable=True)

    steps: list[str] = []
    for _ in range(4):
        later(admin, timedelta(minutes=16))
        steps.append(shown(admin, callback_id)[0])

    assert steps == ["pending", "pending", "failed", "failed"]
    assert shown(admin, callback_id) == ("failed", "srv_external_service", 3)
    assert len(handed_over(admin)[0]) == 1


def test_a_carrier_that_may_have_called_is_not_asked_again(
    admin: ControlPlane, carrier: MemoryCarrier, practice: Practice
) -> None:
    callback_id = promise(admin, agent_id=practice.agent_id, within=timedelta(minutes=1))
    carrier.failure = ProviderTimeout(provider="twilio", retryable=True)

    later(admin, timedelta(minutes=1))

    assert shown(admin, callback_id) == ("failed", "srv_timeout", 1)


def test_a_run_that_died_leaves_its_callback_to_a_person(
    admin: ControlPlane, carrier: MemoryCarrier, practice: Practice, database_urls: DatabaseUrls
) -> None:
    callback_id = promise(admin, agent_id=practice.agent_id, within=timedelta(minutes=1))
    run(database_urls, "ALTER TABLE callbacks DISABLE TRIGGER USER")
    run(
        database_urls,
        "UPDATE callbacks SET status = 'in_progress', attempts = 1, updated_at = %s",
        admin.services.clock.now(),
    )
    later(admin, timedelta(minutes=14))
    assert shown(admin, callback_id)[0] == "in_progress"

    later(admin, timedelta(minutes=2))

    assert shown(admin, callback_id) == ("failed", "interrupted", 1)
    assert carrier.dialled == []
    assert len(handed_over(admin)[0]) == 1
