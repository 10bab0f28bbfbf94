"""A client of its own for one trial: an agent, a number and a login, and not one document."""

import datetime as dt
import secrets
from dataclasses import dataclass
from uuid import UUID

from aiconnected.db import Database, Scope, Work
from aiconnected.kit.clock import SystemClock
from aiconnected.knowledge.documents import DEFAULT_BASE
from aiconnected.knowledge.repository import KnowledgeRepository
from aiconnected.numbers.errors import NumberTaken
from aiconnected.users.models import NewUser, UserRole
from infra.local.seed.facts import AgentFacts, ClientFacts, DayHours, Greetings, Lines, read
from infra.local.seed.seed import Login, Seed
from infra.local.seed.services import Services

_AREAS = ("206", "303", "404", "503", "602", "612", "702", "713")
_ATTEMPTS = 20  # at a number that is still free
_ALWAYS = DayHours(opens=dt.time(0), closes=dt.time(23, 59))
_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_GREETING = "Hello, you have reached the virtual assistant. This call may be recorded. What is it?"
_AGENT = AgentFacts(
    slug="trial",
    name="Ava",
    voice="aura-2-thalia-en",
    persona=(
        "You are Ava, a virtual assistant on the telephone.",
        "You answer in one or two spoken sentences.",
        "When the documents do not hold the answer, you say so.",
    ),
    disclosure="I'm a virtual assistant, and this call may be recorded.",
    greetings=Greetings(open=_GREETING, after_hours=_GREETING, holiday=_GREETING),
    lines=Lines(
        fillers=("Let me check that for you.",),
        still_there="Are you still there?",
        apology="I'm sorry, I'm having trouble right now. Please bear with me.",
        fallback="I'm sorry about that. Please call again later.",
        goodbye="Thank you for calling. Goodbye.",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A client that knows nothing yet."""

    agency_id: UUID
    tenant_id: UUID
    number: str
    login: Login


def add_trial(database: Database) -> Trial:
    """Make the client in the seeded agency, with an empty knowledge base; its number is invented.

    Raises LookupError when the database holds no such agency.
    """
    clock, facts = SystemClock(), read()
    services = Services.build(database, clock)
    seed = Seed(database, facts=facts, clock=clock)
    slug = f"trial-{secrets.token_hex(4)}"
    with database.work(Scope.platform("trial")) as work:
        agency_id = services.agencies.find(work, facts.agency.slug)
        if agency_id is None:
            raise LookupError(facts.agency.slug)
        tenant_id, number = _client(seed, work, agency_id=agency_id, slug=slug)
        login = _login(services, work, tenant_id=tenant_id, agency_id=agency_id, slug=slug)
    with database.work(Scope(agency_id=agency_id, tenant_id=tenant_id)) as work:
        KnowledgeRepository().ensure_default_base(work, tenant_id, name=DEFAULT_BASE)
    return Trial(agency_id=agency_id, tenant_id=tenant_id, number=number, login=login)


def _client(seed: Seed, work: Work, *, agency_id: UUID, slug: str) -> tuple[UUID, str]:
    for _ in range(_ATTEMPTS):
        number = _invented()
        try:
            with work.savepoint():
                return seed.client(work, agency_id, facts=_facts(slug, number)), number
        except NumberTaken:
            continue
    raise LookupError("no number is free")


def _invented() -> str:
    """A number of the range that is kept for fiction: 555-0100 to 555-0199."""
    return f"+1{secrets.choice(_AREAS)}55501{secrets.randbelow(100):02}"


def _facts(slug: str, number: str) -> ClientFacts:
    return ClientFacts(
        slug=slug,
        name="Trial",
        kind="trial",
        timezone="America/New_York",
        phone_number=number,
        fallback_phone=number,
        emergency_phone=number,
        address="",
        business_hours=dict.fromkeys(_WEEK, _ALWAYS),
        holidays=(),
        services=(),
        slots={},
        agent=_AGENT,
    )


def _login(services: Services, work: Work, *, tenant_id: UUID, agency_id: UUID, slug: str) -> Login:
    password = secrets.token_urlsafe(18)
    user = NewUser(
        agency_id=agency_id,
        tenant_id=tenant_id,
        email=f"{slug}@northstar.example",
        role=UserRole.TENANT_ADMIN,
        first_name="Trial",
        password_hash=services.passwords.hash(password),
        is_verified=True,
    )
    services.users.add(work, user)
    return Login(
        email=user.email, password=password, role=user.role.value, agency=None, tenant=slug
    )
