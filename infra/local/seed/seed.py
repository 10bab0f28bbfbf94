"""Fills a database through the services the product uses; again, it adds what is missing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from aiconnected.agencies.models import NewAgency
from aiconnected.agents.hours import Opening, opening_at
from aiconnected.agents.models import NewPersonality, NewPrompt, NewVersion, NewVoice, Owner
from aiconnected.calls.models import Carrier
from aiconnected.db import Database, Scope, Work
from aiconnected.kit.clock import Clock, SystemClock
from aiconnected.knowledge.given import TextDocument
from aiconnected.numbers.models import NewNumber
from aiconnected.tenants.models import NewTenant
from aiconnected.users.models import NewUser
from infra.local.seed.facts import ClientFacts, Facts, read
from infra.local.seed.people import LOCAL_PASSWORD, PEOPLE, Person
from infra.local.seed.prices import price_book
from infra.local.seed.services import Services

SLOT_DAYS = 14  # business days ahead
SLOT_LENGTH = timedelta(hours=1)
TOOLS = (
    "search_knowledge",
    "business_hours",
    "check_availability",
    "book_appointment",
    "transfer_call",
    "end_call",
)
PROMPT = """\
{{persona}}

When a caller asks whether you are a person, say: {{disclosure}}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A demo login, as `stack.json` lists it."""

    email: str
    password: str
    role: str
    agency: str | None
    tenant: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    """What a person needs to use the seeded stack; the first client's number comes first."""

    users: tuple[Login, ...]
    numbers: tuple[dict[str, str], ...]


class Seed:
    """Puts the facts into a database."""

    def __init__(self, database: Database, *, facts: Facts, clock: Clock) -> None:
        self._database, self._facts, self._clock = database, facts, clock
        self._services = Services.build(database, clock)

    def run(self) -> Seeded:
        """Add what is missing."""
        with self._database.work(Scope.platform("seed")) as work:
            for rate, source in price_book():
                self._services.usage.add_rate(work, rate, source=source)
            agency_id = self._agency(work)
            tenants = {
                client.slug: self.client(work, agency_id, facts=client)
                for client in self._facts.clients
            }
            self._people(work, agency_id, tenants)
        for client in self._facts.clients:
            owner = Owner(agency_id=agency_id, tenant_id=tenants[client.slug])
            scope = Scope(agency_id=owner.agency_id, tenant_id=owner.tenant_id)
            with self._database.work(scope) as work:
                self._slots(work, owner, client)
                self._documents(work, owner, client)
        return Seeded(
            users=tuple(self._login(person) for person in PEOPLE),
            numbers=tuple(
                {"number": client.phone_number, "tenant": client.slug}
                for client in self._facts.clients
            ),
        )

    def _agency(self, work: Work) -> UUID:
        agency = self._facts.agency
        return self._services.agencies.find(work, agency.slug) or self._services.agencies.add(
            work,
            NewAgency(
                name=agency.name,
                slug=agency.slug,
                contact_email="hello@northstar.example",
                billing_plan="demo",
                max_tenants=25,
                max_concurrent_calls=50,
            ),
        )

    def client(self, work: Work, agency_id: UUID, *, facts: ClientFacts) -> UUID:
        """The tenant with its agent and number, made at once or found."""
        tenants, client = self._services.tenants, facts
        if found := tenants.find(work, agency_id=agency_id, slug=client.slug):
            return found
        new = NewTenant(
            agency_id=agency_id,
            name=client.name,
            slug=client.slug,
            timezone=client.timezone,
            business_type=client.kind,
            transfer_number=client.fallback_phone,
            max_concurrent_calls=30,
        )
        owner = Owner(agency_id=agency_id, tenant_id=tenants.add(work, new))
        hours, holidays = client.hours(), client.special_days()
        self._services.agents.set_hours(work, owner, hours=hours, holidays=holidays)
        number = NewNumber(
            agency_id=agency_id,
            tenant_id=owner.tenant_id,
            agent_id=self._agent(work, owner, client),
            number=client.phone_number,
            carrier=Carrier.TWILIO,
            friendly_name=client.name,
        )
        self._services.numbers.add(work, number)
        return owner.tenant_id

    def _agent(self, work: Work, owner: Owner, client: ClientFacts) -> UUID:
        agents, facts = self._services.agents, client.agent
        prompt = NewPrompt(name="Receptionist", content=PROMPT, variables={}, is_default=True)
        voice = NewVoice(name=facts.name, provider="deepgram", model=facts.voice, is_default=True)
        personality = NewPersonality(
            name=facts.name,
            persona="\n".join(facts.persona),
            disclosure=facts.disclosure,
            is_default=True,
        )
        version = NewVersion(
            system_prompt_id=agents.add_prompt(work, owner, new=prompt),
            voice_configuration_id=agents.add_voice(work, owner, new=voice),
            agent_personality_id=agents.add_personality(work, owner, new=personality),
            llm_provider="anthropic",
            llm_model="claude-haiku-4-5",
            max_tokens=1024,
            stt_provider="deepgram",
            stt_model="nova-3",
            tools=TOOLS,
        )
        agent_id = agents.add(
            work, owner, name=facts.name, slug=facts.slug, lines=tuple(facts.spoken())
        )
        agents.draft(work, owner, agent_id=agent_id, new=version)
        agents.publish(work, owner, agent_id=agent_id)
        return agent_id

    def _people(self, work: Work, agency_id: UUID, tenants: dict[str, UUID]) -> None:
        missing = [p for p in PEOPLE if self._services.users.find(work, p.email) is None]
        if not missing:
            return
        # One hash for all: they share the password, and hashing is slow on purpose.
        password_hash = self._services.passwords.hash(LOCAL_PASSWORD)
        for person in missing:
            of_platform = person.role.value.startswith("platform")
            new = NewUser(
                agency_id=None if of_platform else agency_id,
                tenant_id=tenants[person.client] if person.client else None,
                email=person.email,
                role=person.role,
                first_name=person.first_name,
                last_name=person.last_name,
                password_hash=password_hash,
                is_verified=True,
            )
            self._services.users.add(work, new)

    def _slots(self, work: Work, owner: Owner, client: ClientFacts) -> None:
        """Free times of the business days to come."""
        zone = ZoneInfo(client.timezone)
        hours, holidays = client.hours(), client.special_days()
        day, days = self._clock.now().astimezone(zone).date(), 0
        while days < SLOT_DAYS:
            day += timedelta(days=1)
            starts = [
                start
                for time in client.slots_on(day.weekday())
                if opening_at(
                    start := datetime.combine(day, time, zone),
                    timezone=client.timezone,
                    hours=hours,
                    holidays=holidays,
                )
                is Opening.OPEN
            ]
            days += bool(starts)
            for start in starts:
                self._services.appointments.offer(
                    work,
                    agency_id=owner.agency_id,
                    tenant_id=owner.tenant_id,
                    starts_at=start,
                    ends_at=start + SLOT_LENGTH,
                )

    def _documents(self, work: Work, owner: Owner, client: ClientFacts) -> None:
        known = self._services.titles(work, owner.tenant_id)
        for document in client.documents():
            if document.title not in known:
                given = TextDocument(title=document.title, text=document.text)
                self._services.documents.add(work, owner.tenant_id, given=given)

    def _login(self, person: Person) -> Login:
        of_platform = person.role.value.startswith("platform")
        return Login(
            email=person.email,
            password=LOCAL_PASSWORD,
            role=person.role.value,
            agency=None if of_platform else self._facts.agency.slug,
            tenant=person.client,
        )


def seed(database: Database) -> Seeded:
    """Put the demo's facts into a database, in the present."""
    return Seed(database, facts=read(), clock=SystemClock()).run()
