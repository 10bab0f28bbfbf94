"""Transfers over HTTP: what the call's owner is told, and what is refused before it hears of it."""

from collections.abc import Callable
from uuid import UUID

import pytest

from aiconnected.contracts.commands import Ack, Command
from aiconnected.kit.errors import ErrorCode
from aiconnected.kit.ids import new_id
from tests.fixtures.voice import Core, Practice
from tests.fixtures.web_api import Answer, ControlPlane
from tests.fixtures.world import Place, World
from tests.integration.functions.test_calls import make_live, opened, owner

pytestmark = pytest.mark.integration

NUMBER = "+12125550143"
Send = Callable[..., tuple[Answer, list[Command]]]


@pytest.fixture
def call_id(dental_admin: ControlPlane, core: Core, practice: Practice) -> UUID:
    """A live call of the practice."""
    found = opened(core, practice)
    make_live(dental_admin, practice, found)
    return found


@pytest.fixture
def transfer(dental_admin: ControlPlane, call_id: UUID, redis_url: str) -> Send:
    """Asks for a transfer of the live call; what its owner heard."""

    def send(code: str = "", **body: object) -> tuple[Answer, list[Command]]:
        heard: list[Command] = []

        async def hear(command: Command) -> Ack:
            heard.append(command)
            return Ack(id=command.id, ok=not code, code=code)

        path = f"/api/v1/calls/{call_id}/transfer"
        with owner(redis_url, hear):
            answer = dental_admin.request("POST", path, json_body=body)
        return answer, heard

    return send


@pytest.mark.parametrize(
    ("body", "args"),
    [
        ({}, {}),
        ({"target_number": "(212) 555-0143"}, {"target": NUMBER}),
        ({"kind": "blind", "target_number": NUMBER}, {"target": NUMBER}),
        ({"kind": "warm"}, {"kind": "warm"}),
        (
            {"kind": "warm", "target_number": NUMBER, "briefing": "A leaking pipe."},
            {"kind": "warm", "target": NUMBER, "briefing": "A leaking pipe."},
        ),
    ],
)
def test_the_owner_is_told_how_and_to_whom(
    transfer: Send, body: dict[str, object], args: dict[str, str]
) -> None:
    answer, heard = transfer(**body)

    assert answer.data["name"] == "transfer"
    assert [command.args for command in heard] == [args]


def test_a_caller_goes_to_another_agent_of_the_same_client(
    transfer: Send, practice: Practice
) -> None:
    answer, heard = transfer(kind="agent", agent_id=str(practice.agent_id))

    assert answer.status == 200
    assert heard[0].args == {"kind": "agent", "agent_id": str(practice.agent_id)}


@pytest.mark.parametrize("whose", ["nobody's", "unpublished", "a sibling's", "a stranger's"])
def test_an_agent_that_cannot_answer_is_not_there(
    transfer: Send, practice: Practice, world: World, whose: str
) -> None:
    tenancy = practice.tenancy
    places = {
        "unpublished": Place(agency_id=tenancy.agency_id, tenant_id=tenancy.tenant_id),
        "a sibling's": world.tenant(tenancy.agency_id),
        "a stranger's": world.agency(),
    }
    agent_id = world.id("agents", places[whose]) if whose in places else new_id()

    answer, heard = transfer(kind="agent", agent_id=str(agent_id))

    assert (answer.error, heard) == ((404, "RES_NOT_FOUND"), [])


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "agent"},
        {"kind": "agent", "target_number": NUMBER},
        {"kind": "warm", "agent_id": str(UUID(int=1))},
        {"agent_id": str(UUID(int=1))},
        {"kind": "agent", "agent_id": str(UUID(int=1)), "target_number": NUMBER},
    ],
)
def test_a_target_that_does_not_go_with_its_kind_is_refused(
    transfer: Send, body: dict[str, object]
) -> None:
    answer, heard = transfer(**body)

    assert (answer.error, heard) == ((400, "VAL_INVALID_FORMAT"), [])
    assert [each["field"] for each in answer.json["error"]["details"]] == ["agent_id"]


def test_what_the_owner_cannot_do_yet_is_a_rule_of_business(transfer: Send) -> None:
    answer, _ = transfer(ErrorCode.BIZ_OPERATION_FAILED, kind="warm", target_number=NUMBER)

    assert answer.error == (422, "BIZ_OPERATION_FAILED")


def test_a_call_that_is_over_is_transferred_to_nobody(
    dental_admin: ControlPlane, core: Core, practice: Practice
) -> None:
    path = f"/api/v1/calls/{opened(core, practice)}/transfer"
    body = {"kind": "agent", "agent_id": str(practice.agent_id)}

    assert dental_admin.request("POST", path, json_body=body).error == (409, "RES_CONFLICT")
