"""Repository of agents and their versions as people change them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from aiconnected.agents.models import NewVersion
from aiconnected.agents.repository import content
from aiconnected.agents.views import AGENTS, VERSIONS, Agent, Version
from aiconnected.db import Queries, Work
from aiconnected.db.changes import change
from aiconnected.db.listing import page
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page

SQL = Queries.beside(__file__)
_COLUMNS = frozenset({"name", "slug", "description", "status", "metadata"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """Which parts of a version are there."""

    prompt: bool
    voice: bool
    personality: bool


class EditingRepository:
    """Reads and writes what is shown of agents; `AgentRepository` has what calls need."""

    def page(self, work: Work, wanted: ListQuery) -> Page[Agent]:
        """Agents that were asked for, within the scope."""
        return page(work, SQL["agents_page"], Agent, of=AGENTS, wanted=wanted)

    def by_id(self, work: Work, agent_id: UUID) -> Agent | None:
        """The agent, unless deleted."""
        return work.row(SQL["agent"], Agent, id=agent_id)

    def lock(self, work: Work, agent_id: UUID) -> Agent | None:
        """The agent, unless deleted, kept from other writers until the transaction ends."""
        return work.row(SQL["lock_agent"], Agent, id=agent_id)

    def change(self, work: Work, agent: Agent, *, changes: Mapping[str, object]) -> None:
        """Set columns; raises UniqueViolation when the slug is taken."""
        change(
            work,
            SQL["change_agent"],
            changes=changes,
            columns=_COLUMNS,
            tenant_id=agent.tenant_id,
            id=agent.id,
        )

    def delete(self, work: Work, agent: Agent, *, now: datetime) -> None:
        """Mark it as deleted."""
        work.run(SQL["delete_agent"], tenant_id=agent.tenant_id, id=agent.id, now=now)

    def has_numbers(self, work: Work, agent: Agent) -> bool:
        """Whether telephone numbers lead to it."""
        found = work.value(SQL["agent_has_numbers"], bool, tenant_id=agent.tenant_id, id=agent.id)
        return bool(found)

    def versions(self, work: Work, agent: Agent, *, wanted: ListQuery) -> Page[Version]:
        """Versions that were asked for."""
        return page(
            work,
            SQL["versions_page"],
            Version,
            of=VERSIONS,
            wanted=wanted,
            tenant_id=agent.tenant_id,
            agent_id=agent.id,
        )

    def version(self, work: Work, agent: Agent, *, version_id: UUID) -> Version | None:
        """One version."""
        return work.row(
            SQL["one_version"],
            Version,
            tenant_id=agent.tenant_id,
            agent_id=agent.id,
            id=version_id,
        )

    def draft(self, work: Work, agent: Agent) -> Version | None:
        """The draft, if there is one."""
        return work.row(
            SQL["drafted_version"], Version, tenant_id=agent.tenant_id, agent_id=agent.id
        )

    def replace_draft(self, work: Work, draft: Version, *, new: NewVersion) -> None:
        """Put other content in its place."""
        work.run(SQL["replace_draft"], tenant_id=draft.tenant_id, id=draft.id, **content(new))

    def delete_draft(self, work: Work, draft: Version) -> None:
        """Remove it, number and all."""
        work.run(SQL["delete_draft"], tenant_id=draft.tenant_id, id=draft.id)

    def publish_again(self, work: Work, version: Version) -> None:
        """Let an archived version answer; `AgentRepository.archive` has made room."""
        work.run(SQL["publish_again"], tenant_id=version.tenant_id, id=version.id)

    def present(self, work: Work, tenant_id: UUID, *, new: NewVersion) -> Present:
        """Which of its parts are the tenant's."""
        found = work.row(
            SQL["parts_of_tenant"],
            Present,
            tenant_id=tenant_id,
            system_prompt_id=new.system_prompt_id,
            voice_configuration_id=new.voice_configuration_id,
            agent_personality_id=new.agent_personality_id,
        )
        return found or Present(prompt=False, voice=False, personality=False)
