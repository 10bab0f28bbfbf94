"""Clients made for tests alone, so that what one row does to its client touches no other row."""

import asyncio
import itertools
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import time
from uuid import UUID

from aiconnected.agencies.models import NewAgency
from aiconnected.agents.models import (
    Line,
    LineKind,
    NewPersonality,
    NewPrompt,
    NewVersion,
    NewVoice,
    Owner,
)
from aiconnected.calls.models import Carrier, OpeningHours
from aiconnected.db import Database, Scope, Work
from aiconnected.kit.clock import SystemClock
from aiconnected.knowledge.repository import KnowledgeRepository
from aiconnected.numbers.models import NewNumber
from aiconnected.tenants.models import NewTenant
from aiconnected.users.models import NewUser, UserRole
from infra.local.cli import documents
from infra.local.cli.documents import Draft
from infra.local.cli.stack_file import User
from infra.local.seed.facts import read
from infra.local.seed.seed import TOOLS
from infra.local.seed.services import Services
from infra.local.stack.carrier import CarrierAccount
from tests.e2e.stackfacts import RunningStack

PASSWORD = "a client made for tests"
GREETING = "Hello, this is Ava. How can I help you?"
TONES = itertools.count(600, 50)  # Hz: every client's own telephone is told from all others
_serial = itertools.count(secrets.randbelow(5000))  # a stack may outlive a run


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A client, its number and its own telephone, which answers every call with its tone."""

    agency_id: UUID
    tenant_id: UUID
    number: str
    own_phone: str
    tone_hz: int
    user: User


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is special about a client."""

    documents: Sequence[Draft] = ()
    greeting: str = GREETING
    tools: tuple[str, ...] = TOOLS
    retrieval: bool = True
    turn_preset: str = "fast"  # the less a row waits, the more rows there can be
    max_calls: int = 30
    agency_max_calls: int = 50
    with_phone: bool = True


async def make(stack: RunningStack, wanted: Wanted) -> Client:
    """A client in an agency of its own, ready to be called."""
    client = await asyncio.to_thread(_store, stack, wanted)
    carrier = CarrierAccount(
        origin=stack.control("twilio"),
        account_sid=stack.description.twilio.account_sid,
        auth_token=stack.description.twilio.auth_token,
    )
    api_url = stack.description.api_url
    await asyncio.to_thread(carrier.connect, client.number, api_url=api_url)
    if wanted.with_phone:
        await stack.tell(
            "twilio",
            "/phones",
            number=client.own_phone,
            behaviour="answer",
            say_tone_hz=client.tone_hz,
        )
    async with stack.plane(client.user) as plane:
        for draft in wanted.documents:
            await documents.ingest(plane, draft)
    return client


def _store(stack: RunningStack, wanted: Wanted) -> Client:
    """Through the services the product uses, as the seed does."""
    url = stack.description.database_url
    database = Database.single(url, url)
    services = Services.build(database, SystemClock())
    serial = next(_serial)
    number, own_phone = f"+1646555{serial:04}", f"+1718555{serial:04}"
    try:
        with database.work(Scope.platform("a test's client")) as work:
            owner = _tenant(work, services, wanted, serial=serial, own_phone=own_phone)
            agent_id = _agent(work, services, owner, wanted=wanted)
            services.numbers.add(
                work,
                NewNumber(
                    agency_id=owner.agency_id,
                    tenant_id=owner.tenant_id,
                    agent_id=agent_id,
                    number=number,
                    carrier=Carrier.TWILIO,
                ),
            )
            KnowledgeRepository().ensure_default_base(work, owner.tenant_id, name="General")
            user = _user(work, services, owner, serial=serial)
    finally:
        database.close()
    return Client(
        agency_id=owner.agency_id,
        tenant_id=owner.tenant_id,
        number=number,
        own_phone=own_phone,
        tone_hz=next(TONES),
        user=user,
    )


def _tenant(
    work: Work, services: Services, wanted: Wanted, *, serial: int, own_phone: str
) -> Owner:
    agency = NewAgency(
        name=f"Agency {serial}",
        slug=f"agency-{serial}",
        contact_email="hello@agency.example",
        billing_plan="demo",
        max_tenants=5,
        max_concurrent_calls=wanted.agency_max_calls,
    )
    agency_id = services.agencies.add(work, agency)
    tenant = NewTenant(
        agency_id=agency_id,
        name=f"Client {serial}",
        slug=f"client-{serial}",
        timezone="America/New_York",
        business_type="dental practice",
        transfer_number=own_phone if wanted.with_phone else None,
        max_concurrent_calls=wanted.max_calls,
    )
    owner = Owner(agency_id=agency_id, tenant_id=services.tenants.add(work, tenant))
    always = [OpeningHours(weekday=day, opens=time(0, 0), closes=time(23, 59)) for day in range(7)]
    services.agents.set_hours(work, owner, hours=always, holidays=())
    return owner


def _agent(work: Work, services: Services, owner: Owner, *, wanted: Wanted) -> UUID:
    agents = services.agents
    version = NewVersion(
        system_prompt_id=agents.add_prompt(
            work,
            owner,
            new=NewPrompt(name="P", content="You are Ava.", variables={}, is_default=True),
        ),
        voice_configuration_id=agents.add_voice(
            work,
            owner,
            new=NewVoice(name="V", provider="deepgram", model="aura-2-thalia-en", is_default=True),
        ),
        agent_personality_id=agents.add_personality(
            work, owner, new=NewPersonality(name="A", persona="Ava", is_default=True)
        ),
        llm_provider="anthropic",
        llm_model="claude-haiku-4-5",
        max_tokens=1024,
        stt_provider="deepgram",
        stt_model="nova-3",
        turn_preset=wanted.turn_preset,
        tools=wanted.tools,
        retrieval=wanted.retrieval,
    )
    lines = tuple(_lines(wanted.greeting))
    agent_id = agents.add(work, owner, name="Ava", slug="front-desk", lines=lines)
    agents.draft(work, owner, agent_id=agent_id, new=version)
    agents.publish(work, owner, agent_id=agent_id)
    return agent_id


def _lines(greeting: str) -> Iterator[Line]:
    """The seeded practice's lines, which the stack has at hand, but a greeting of three seconds."""
    for line in read().clients[0].agent.spoken():
        is_greeting = line.kind in {LineKind.OPEN, LineKind.AFTER_HOURS, LineKind.HOLIDAY}
        yield Line(kind=line.kind, content=greeting) if is_greeting else line


def _user(work: Work, services: Services, owner: Owner, *, serial: int) -> User:
    email = f"manager@client-{serial}.example"
    services.users.add(
        work,
        NewUser(
            agency_id=owner.agency_id,
            tenant_id=owner.tenant_id,
            email=email,
            role=UserRole.TENANT_ADMIN,
            password_hash=services.passwords.hash(PASSWORD),
            is_verified=True,
        ),
    )
    return User(email=email, password=PASSWORD, role=UserRole.TENANT_ADMIN.value)
