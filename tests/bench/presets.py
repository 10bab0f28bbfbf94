"""Which turn preset the agent behind a number answers with: a new version of it for each."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from aiconnected.agents.models import NewVersion, Owner
from aiconnected.db import Database, Scope
from aiconnected.kit.clock import SystemClock
from infra.local.seed.services import Services

_ANSWERING = """
SELECT
    v.agency_id,
    v.tenant_id,
    v.agent_id,
    v.system_prompt_id,
    v.voice_configuration_id,
    v.agent_personality_id,
    v.llm_provider,
    v.llm_model,
    v.max_tokens,
    v.stt_provider,
    v.stt_model,
    v.turn_preset,
    v.language,
    v.tools,
    v.retrieval,
    v.record,
    v.max_duration_s
FROM agent_versions AS v
JOIN phone_numbers AS n ON n.agent_id = v.agent_id
WHERE n.number = %s AND v.status = 'published'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answering(NewVersion):
    """The version that answers at present, and whose it is."""

    agency_id: UUID
    tenant_id: UUID
    agent_id: UUID


class Presets:
    """Publishes versions through the product's services, as the owner of the database."""

    def __init__(self, url: str, *, number: str) -> None:
        self._url, self._number = url, number

    def choose(self, preset: str) -> None:
        """Calls that begin from now on get this preset."""
        answering = self._answering()
        owner = Owner(agency_id=answering.agency_id, tenant_id=answering.tenant_id)
        with _database(self._url) as database:
            agents = Services.build(database, SystemClock()).agents
            with database.work(Scope(agency_id=owner.agency_id, tenant_id=owner.tenant_id)) as work:
                new = replace(answering, turn_preset=preset, tools=tuple(answering.tools))
                agents.draft(work, owner, agent_id=answering.agent_id, new=new)
                agents.publish(work, owner, agent_id=answering.agent_id)

    def _answering(self) -> _Answering:
        with (
            psycopg.connect(self._url) as connection,
            connection.cursor(row_factory=class_row(_Answering)) as cursor,
        ):
            found = cursor.execute(_ANSWERING, [self._number]).fetchone()
        if found is None:
            raise LookupError(f"no agent answers at {self._number}")
        return found


@contextmanager
def _database(url: str) -> Generator[Database]:
    database = Database.single(url, url)
    try:
        yield database
    finally:
        database.close()
