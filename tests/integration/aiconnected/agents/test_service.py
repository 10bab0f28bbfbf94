"""Agents on a real database: drafted, published frozen, rendered for a call."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from uuid import UUID

import psycopg
import pytest

from aiconnected.agents.errors import AgentNotPublished, CannotPublish, NoDraft
from aiconnected.agents.models import (
    Line,
    LineKind,
    NewPersonality,
    NewPrompt,
    NewVersion,
    NewVoice,
    Owner,
)
from aiconnected.calls.models import Carrier, Holiday, OpeningHours
from aiconnected.db import Database, Scope, UniqueViolation, Work
from aiconnected.numbers.models import NewNumber
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.services import Nouns
from tests.fixtures.tenancy import Tenancies, Tenancy

pytestmark = pytest.mark.integration

LINES = (
    Line(kind=LineKind.OPEN, content="{{business_name}}, this is {{agent_name}}. {{disclosure}}"),
    Line(kind=LineKind.AFTER_HOURS, content="{{business_name}} is closed."),
    Line(kind=LineKind.FILLER, content="One moment.", position=1),
    Line(kind=LineKind.FILLER, content="Let me see.", position=0),
    Line(kind=LineKind.APOLOGY, content="Sorry."),
    Line(kind=LineKind.HANDOVER, content="I'll connect you."),
    Line(kind=LineKind.FAREWELL, content="Goodbye."),
)
# Thursday noon in New York; Thursday evening; Christmas.
NOON = datetime(2026, 11, 19, 17, 0, tzinfo=UTC)
EVENING = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
CHRISTMAS = datetime(2026, 12, 25, 17, 0, tzinfo=UTC)


@dataclass(slots=True)
class Studio:
    """Makes agents of one tenant."""

    nouns: Nouns
    tenancy: Tenancy

    @property
    def owner(self) -> Owner:
        return Owner(agency_id=self.tenancy.agency_id, tenant_id=self.tenancy.tenant_id)

    def parts(self, work: Work, *, prompt: str, name: str = "1") -> NewVersion:
        agents, owner = self.nouns.agents, self.owner
        texts = NewPrompt(name=name, content=prompt, variables={"city": "New York"})
        voice = NewVoice(
            name=name, provider="deepgram", model="aura-2", speaking_rate=Decimal("1.1")
        )
        who = NewPersonality(
            name=name, persona="You are {{agent_name}} in {{city}}.", disclosure="I am no human."
        )
        return NewVersion(
            system_prompt_id=agents.add_prompt(work, owner, new=texts),
            voice_configuration_id=agents.add_voice(work, owner, new=voice),
            agent_personality_id=agents.add_personality(work, owner, new=who),
            llm_provider="anthropic",
            llm_model="claude",
            max_tokens=500,
            stt_provider="deepgram",
            stt_model="nova-3",
            turn_preset="fast",
            tools=("end_call", "search_knowledge"),
        )

    def agent(self, work: Work, *, prompt: str = "{{persona}} It is {{date}}, {{time}}.") -> UUID:
        agents, owner = self.nouns.agents, self.owner
        agent_id = agents.add(work, owner, name="Ava", slug="ava", lines=LINES)
        agents.draft(work, owner, agent_id=agent_id, new=self.parts(work, prompt=prompt))
        return agent_id


@pytest.fixture
def studio(nouns: Nouns, tenancy: Tenancy) -> Studio:
    return Studio(nouns=nouns, tenancy=tenancy)


def set_hours(work: Work, studio: Studio) -> None:
    studio.nouns.agents.set_hours(
        work,
        studio.owner,
        hours=[OpeningHours(weekday=3, opens=time(8), closes=time(17, 30))],
        holidays=[
            Holiday(day=date(2026, 1, 1), name="New Year"),
            Holiday(day=date(2026, 12, 25), name="Christmas"),
        ],
    )


def test_a_published_agent_is_rendered_for_the_call(studio: Studio, database: Database) -> None:
    tenant_id = studio.tenancy.tenant_id
    with database.work(studio.tenancy.scope) as work:
        set_hours(work, studio)
        agent_id = studio.agent(work)
        assert studio.nouns.agents.publish(work, studio.owner, agent_id=agent_id) == 1

        published = studio.nouns.agents.published(work, tenant_id=tenant_id, agent_id=agent_id)

    config = published.config
    assert (config.agent_id, config.version, config.name) == (agent_id, 1, "Ava")
    assert config.system_prompt == (
        "You are Ava in New York. It is Thursday, November 19, 2026, 12 PM."
    )
    assert config.greeting == "dental, this is Ava. I am no human."
    assert config.fillers == ("Let me see.", "One moment.")
    assert (config.apology, config.handover, config.farewell) == (
        "Sorry.",
        "I'll connect you.",
        "Goodbye.",
    )
    assert (config.voice.model, config.voice.rate) == ("aura-2", 1.1)
    assert config.turn.endpointing_ms == 300
    assert config.tools == ("end_call", "search_knowledge")
    assert (published.timezone, published.transfer_number) == ("America/New_York", "+12125550143")
    assert published.hours == (OpeningHours(weekday=3, opens=time(8), closes=time(17, 30)),)
    assert [day.name for day in published.holidays] == ["Christmas"]


@pytest.mark.parametrize(
    ("at", "greeting"),
    [
        (NOON, "dental, this is Ava. I am no human."),
        (EVENING, "dental is closed."),
        (CHRISTMAS, "dental, this is Ava. I am no human."),
    ],
    ids=["open", "closed", "a holiday without a greeting of its own"],
)
def test_the_greeting_fits_the_hour(
    studio: Studio, database: Database, at: datetime, greeting: str
) -> None:
    with database.work(studio.tenancy.scope) as work:
        set_hours(work, studio)
        agent_id = studio.agent(work)
        studio.nouns.agents.publish(work, studio.owner, agent_id=agent_id)

        published = studio.nouns.agents.published(
            work, tenant_id=studio.tenancy.tenant_id, agent_id=agent_id, at=at
        )

    assert published.config.greeting == greeting


def test_editing_a_prompt_leaves_the_published_agent_alone(
    studio: Studio, database: Database, database_urls: DatabaseUrls
) -> None:
    tenant_id = studio.tenancy.tenant_id
    with database.work(studio.tenancy.scope) as work:
        agent_id = studio.agent(work, prompt="Before.")
        studio.nouns.agents.publish(work, studio.owner, agent_id=agent_id)
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute("UPDATE system_prompts SET content = 'After.'")
        connection.execute("UPDATE greetings SET content = 'After.'")
    with database.work(studio.tenancy.scope) as work:
        published = studio.nouns.agents.published(work, tenant_id=tenant_id, agent_id=agent_id)

    assert published.config.system_prompt == "Before."
    assert "After." not in published.config.fillers


def test_a_new_version_replaces_the_published_one_which_open_calls_keep(
    studio: Studio, database: Database
) -> None:
    tenant_id, agents = studio.tenancy.tenant_id, studio.nouns.agents
    with database.work(studio.tenancy.scope) as work:
        agent_id = studio.agent(work, prompt="First.")
        agents.publish(work, studio.owner, agent_id=agent_id)
        first = agents.published(work, tenant_id=tenant_id, agent_id=agent_id)
        new = studio.parts(work, prompt="Second.", name="2")
        agents.draft(work, studio.owner, agent_id=agent_id, new=new)
        assert agents.publish(work, studio.owner, agent_id=agent_id) == 2

        second = agents.published(work, tenant_id=tenant_id, agent_id=agent_id)
        kept = agents.of_version(work, tenant_id=tenant_id, version_id=first.agent_version_id)

    assert (second.config.version, second.config.system_prompt) == (2, "Second.")
    assert (kept.config.version, kept.config.system_prompt) == (1, "First.")


def test_an_agent_has_one_draft(studio: Studio, database: Database) -> None:
    with database.work(studio.tenancy.scope) as work:
        agent_id = studio.agent(work)
        new = studio.parts(work, prompt="Another.", name="2")
        with pytest.raises(UniqueViolation), work.savepoint():
            studio.nouns.agents.draft(work, studio.owner, agent_id=agent_id, new=new)


def test_without_a_draft_there_is_nothing_to_publish(studio: Studio, database: Database) -> None:
    with database.work(studio.tenancy.scope) as work:
        agent_id = studio.agent(work)
        studio.nouns.agents.publish(work, studio.owner, agent_id=agent_id)
        with pytest.raises(NoDraft):
            studio.nouns.agents.publish(work, studio.owner, agent_id=agent_id)


def test_a_template_that_cannot_be_filled_is_not_published(
    studio: Studio, database: Database
) -> None:
    with database.work(studio.tenancy.scope) as work:
        agent_id = studio.agent(work, prompt="You work in {{town}} for {{ owner }}.")
        with pytest.raises(CannotPublish) as refused:
            studio.nouns.agents.publish(work, studio.owner, agent_id=agent_id)
    said = [(each.field, each.message) for each in refused.value.details]
    assert said == [("system_prompt", "No value for owner, town.")]


@pytest.mark.parametrize("why", ["a draft alone", "paused", "of another tenant"])
def test_an_agent_that_does_not_answer(
    studio: Studio,
    database: Database,
    database_urls: DatabaseUrls,
    tenancies: Tenancies,
    why: str,
) -> None:
    with database.work(studio.tenancy.scope) as work:
        agent_id = studio.agent(work)
        if why != "a draft alone":
            studio.nouns.agents.publish(work, studio.owner, agent_id=agent_id)
    with psycopg.connect(database_urls.owner) as connection:
        if why == "paused":
            connection.execute("UPDATE agents SET status = 'paused'")
    asking = tenancies.plumbing if why == "of another tenant" else tenancies.dental

    with database.work(asking.scope) as work, pytest.raises(AgentNotPublished):
        studio.nouns.agents.published(work, tenant_id=asking.tenant_id, agent_id=agent_id)


@pytest.mark.parametrize(
    "change",
    [
        b"UPDATE agent_versions SET snapshot = '{}'",
        b"UPDATE agent_versions SET max_tokens = 1",
        b"UPDATE agent_versions SET status = 'draft', snapshot = NULL, published_at = NULL",
    ],
)
def test_the_database_itself_keeps_a_published_version(
    studio: Studio, database: Database, database_urls: DatabaseUrls, change: bytes
) -> None:
    with database.work(studio.tenancy.scope) as work:
        agent_id = studio.agent(work)
        studio.nouns.agents.publish(work, studio.owner, agent_id=agent_id)

    with (
        psycopg.connect(database_urls.owner) as connection,
        pytest.raises(psycopg.errors.RestrictViolation, match="cannot change"),
    ):
        connection.execute(change)


def test_lines_of_the_tenant_serve_an_agent_without_its_own(
    studio: Studio, database: Database, database_urls: DatabaseUrls
) -> None:
    with database.work(studio.tenancy.scope) as work:
        agent_id = studio.agent(work)
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute("UPDATE greetings SET agent_id = NULL WHERE kind <> 'filler'")
        connection.execute(
            "INSERT INTO greetings (id, agency_id, tenant_id, kind, content) "
            "VALUES (gen_random_uuid(), %s, %s, 'filler', 'Of the tenant.')",
            [studio.tenancy.agency_id, studio.tenancy.tenant_id],
        )
    with database.work(studio.tenancy.scope) as work:
        studio.nouns.agents.publish(work, studio.owner, agent_id=agent_id)
        published = studio.nouns.agents.published(
            work, tenant_id=studio.tenancy.tenant_id, agent_id=agent_id
        )

    assert published.config.apology == "Sorry."
    assert published.config.fillers == ("Let me see.", "One moment.")


def test_who_changed_what_is_stamped_by_the_database(
    studio: Studio, database: Database, database_urls: DatabaseUrls
) -> None:
    with database.work(studio.tenancy.scope) as work:
        studio.agent(work)
    with psycopg.connect(database_urls.owner) as connection:
        made = connection.execute("SELECT created_by, updated_by FROM agents").fetchone()
        connection.execute(
            "SELECT set_config('app.actor_id', %s, true)", [str(studio.tenancy.tenant_id)]
        )
        connection.execute("UPDATE agents SET name = 'Eva'")
        changed = connection.execute("SELECT created_by, updated_by FROM agents").fetchone()

    assert made == (None, None)
    assert changed == (None, studio.tenancy.tenant_id)


def test_the_agents_that_calls_reach_are_those_behind_active_numbers(
    studio: Studio, database: Database, tenancies: Tenancies
) -> None:
    platform = Scope.platform("test")
    with database.work(platform) as work:
        agent_id = studio.agent(work)
        studio.nouns.agents.publish(work, studio.owner, agent_id=agent_id)
        assert studio.nouns.agents.answering(work, limit=5) == []
        new = NewNumber(
            agency_id=studio.tenancy.agency_id,
            tenant_id=studio.tenancy.tenant_id,
            agent_id=agent_id,
            number="+12125550142",
            carrier=Carrier.TWILIO,
        )
        studio.nouns.numbers.add(work, new)

        (reached,) = studio.nouns.agents.answering(work, limit=5)

    assert reached.config.agent_id == agent_id
    assert reached.tenant_name == "dental"
