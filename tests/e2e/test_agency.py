"""An agency of nobody's making but its own: from the sign-up to a call that its agent answers."""

import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from infra.local.cli.stack_file import User
from tests.e2e.abreast import abreast
from tests.e2e.calling import calling
from tests.e2e.clients import Client
from tests.e2e.conftest import Stage
from tests.e2e.listening import alike
from tests.e2e.person import Person, mailed_token, signed_in
from tests.e2e.stackfacts import RunningStack, eventually

pytestmark = pytest.mark.e2e

GREETING = "Welcome to Bluebird Dental, my name is Robin."
_PASSWORD = "a lantern for the seven owls"
_READ_WITHIN = 60.0  # seconds in which a document must be findable
_LAST = "23:59:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """A client that an agency has made over the API."""

    tenant_id: UUID
    agent_id: str
    number: str


@abreast()
async def test_an_agencys_own_agent_answers_its_clients_number_from_the_clients_document(
    stage: Stage,
) -> None:
    stack, minutes = stage.stack, 31 + secrets.randbelow(28)
    owner = await _signs_up(stack)
    practice = await _makes_client(owner)
    await _adds_document(owner, practice, text=f"Parking is free for {minutes} minutes.")
    manager = await _is_invited(stack, owner, practice)
    agency_id = UUID((await owner.get("/auth/me")).data["agency_id"])
    client = Client(
        agency_id=agency_id,
        tenant_id=practice.tenant_id,
        number=practice.number,
        own_phone="",
        tone_hz=0,
        user=manager,
    )

    async with calling(stack, client) as caller:
        answered = await caller.telephone.answered()
        await caller.greeted()
        assert alike(await caller.words(answered), GREETING)
        await caller.learns("questions/parking-free", f"{minutes} minutes")

    record = await caller.record()  # as the one who was invited sees it
    assert (record.call.outcome, record.shown["agent_id"]) == ("completed", practice.agent_id)
    assert record.turns[0].said == GREETING
    assert (record.shown["from_number"], record.shown["to_number"]) == (
        caller.number,
        practice.number,
    )


# ------------------------------------------------------------------------------------------ how


async def _signs_up(stack: RunningStack) -> Person:
    """The owner of a new agency, by the mail that came."""
    stranger = Person(stack=stack)
    address = f"bea-{secrets.token_hex(4)}@bluebird.example"
    asked = await stranger.post(
        "/auth/sign-up", agency_name="Bluebird Voice", email=address, password=_PASSWORD
    )
    assert asked.status == 202
    token = await mailed_token(stack, address)
    early = await stranger.post("/auth/login", email=address, password=_PASSWORD)
    assert early.status == 403
    assert (await stranger.post("/auth/email/verify", token=token)).status == 204
    return await signed_in(stack, User(email=address, password=_PASSWORD, role="agency_admin"))


async def _makes_client(owner: Person) -> Practice:
    """A client that is always open, with an agent and a number."""
    slug = f"bluebird-{secrets.token_hex(4)}"
    zone = "America/New_York"
    made = await owner.post("/tenants", name="Bluebird Dental", slug=slug, timezone=zone)
    tenant_id = made.data["id"]
    hours = [{"weekday": day, "opens": "00:00:00", "closes": _LAST} for day in range(7)]
    week = await owner.ask("PUT", f"/tenants/{tenant_id}/business-hours", body={"hours": hours})
    assert week.data["hours"]
    agent_id = await _makes_agent(owner, tenant_id)
    offered = (await owner.get("/phone-numbers/available?area_code=628")).data
    bought = await owner.post(
        "/phone-numbers",
        number=secrets.choice(offered)["number"],
        tenant_id=tenant_id,
        agent_id=agent_id,
    )
    return Practice(tenant_id=UUID(tenant_id), agent_id=agent_id, number=bought.data["number"])


async def _makes_agent(owner: Person, tenant_id: str) -> str:
    """An agent, drafted of the client's default parts and published."""
    default: dict[str, Any] = {"tenant_id": tenant_id, "is_default": True}
    parts = (
        ("/system-prompts", {"name": "Desk", "content": "You are Robin."}),
        ("/voice-configurations", {"name": "Thalia", "provider": "deepgram"}),
        ("/agent-personalities", {"name": "Robin", "persona": "Robin"}),
    )
    for path, given in parts:
        model = {"model": "aura-2-thalia-en"} if "provider" in given else {}
        assert (await owner.post(path, **given, **model, **default)).status == 201
    agent = (await owner.post("/agents", name="Robin", tenant_id=tenant_id)).data
    line = {"kind": "open", "content": GREETING, "agent_id": agent["id"], "tenant_id": tenant_id}
    assert (await owner.post("/greetings", **line)).status == 201
    at = f"/agents/{agent['id']}"
    draft = {"llm_model": "claude-haiku-4-5", "turn_preset": "fast"}
    assert (await owner.ask("PUT", f"{at}/draft", body=draft)).data["status"] == "draft"
    assert (await owner.post(f"{at}/publish")).data["published_version"] == 1
    return agent["id"]


async def _adds_document(owner: Person, practice: Practice, *, text: str) -> None:
    """The document, once it can be found."""
    base = await owner.post(
        "/knowledge-bases", name="The practice", tenant_id=str(practice.tenant_id), is_default=True
    )
    documents = f"/knowledge-bases/{base.data['id']}/documents"
    added = await owner.post(documents, title="Parking", content=text)

    async def is_ready() -> bool:
        return (await owner.get(f"{documents}/{added.data['id']}")).data["status"] == "ready"

    await eventually(is_ready, within=_READ_WITHIN, what="the document is ready", poll=0.25)


async def _is_invited(stack: RunningStack, owner: Person, practice: Practice) -> User:
    """Who accepts the agency's invitation to work for the client."""
    user = User(
        email=f"max-{secrets.token_hex(4)}@bluebird.example",
        password=_PASSWORD,
        role="tenant_admin",
    )
    invited = await owner.post(
        "/invitations", email=user.email, role=user.role, tenant_id=str(practice.tenant_id)
    )
    assert invited.status == 201
    token = await mailed_token(stack, user.email)
    accepted = await Person(stack=stack).post(
        "/auth/invitations/accept", token=token, password=user.password, first_name="Max"
    )
    assert (accepted.status, accepted.data["email"]) == (201, user.email)
    return user
