"""Agents as people make them: described, drafted, published, rolled back, deleted."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from uuid import UUID

from aiconnected.agents.catalogue import ModelKind, check_model
from aiconnected.agents.editing import EditingRepository
from aiconnected.agents.errors import (
    AgentHasNumbers,
    AgentNotFound,
    AgentSlugTaken,
    CannotRollBack,
    DraftIncomplete,
    UnknownTool,
    VersionNotFound,
)
from aiconnected.agents.models import TOOLS, NewAgent, NewVersion, Owner, VersionStatus
from aiconnected.agents.repository import AgentRepository
from aiconnected.agents.service import AgentService
from aiconnected.agents.views import Agent, Version
from aiconnected.audit.models import Change, differences
from aiconnected.audit.service import AuditService
from aiconnected.db import UniqueViolation, Work
from aiconnected.functions.reading import FunctionReader
from aiconnected.kit.clock import Clock
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.kit.versions import ANY, Expected


class AgentAuthoring:
    """What people can do with an agent; what calls get of it is `AgentService`'s."""

    def __init__(
        self,
        agents: EditingRepository,
        *,
        rows: AgentRepository,
        publishing: AgentService,
        functions: FunctionReader,
        audit: AuditService,
        clock: Clock,
    ) -> None:
        self._agents, self._rows, self._publishing = agents, rows, publishing
        self._functions, self._audit, self._clock = functions, audit, clock

    def page(self, work: Work, wanted: ListQuery) -> Page[Agent]:
        """Agents within the scope."""
        return self._agents.page(work, wanted)

    def get(self, work: Work, agent_id: UUID) -> Agent:
        """The agent; raises `AgentNotFound`."""
        agent = self._agents.by_id(work, agent_id)
        if agent is None:
            raise AgentNotFound
        return agent

    def add(self, work: Work, owner: Owner, *, new: NewAgent) -> UUID:
        """Make an agent; its id. Raises `AgentSlugTaken`."""
        try:
            with work.savepoint():
                agent_id = self._rows.insert_agent(work, owner, new=new)
        except UniqueViolation as exc:
            raise AgentSlugTaken from exc
        self._record(work, "agent.created", self.get(work, agent_id))
        return agent_id

    def change(
        self,
        work: Work,
        agent_id: UUID,
        *,
        changes: Mapping[str, object],
        expected: Expected = ANY,
    ) -> Agent:
        """The agent with `changes`; raises `AgentNotFound`, `Stale`, `AgentSlugTaken`."""
        before = self._locked(work, agent_id)
        expected.check(before)
        pairs = differences(before, changes)
        try:
            with work.savepoint():
                flat = {name: after for name, (_, after) in pairs.items()}
                self._agents.change(work, before, changes=flat)
        except UniqueViolation as exc:
            raise AgentSlugTaken from exc
        if pairs:
            self._record(work, "agent.updated", before, changes=pairs)
        return self.get(work, agent_id)

    def delete(self, work: Work, agent_id: UUID, *, expected: Expected = ANY) -> None:
        """Delete it; raises `AgentNotFound`, `Stale`, `AgentHasNumbers`."""
        agent = self._locked(work, agent_id)
        expected.check(agent)
        if self._agents.has_numbers(work, agent):
            raise AgentHasNumbers
        self._agents.delete(work, agent, now=self._clock.now())
        self._record(work, "agent.deleted", agent)

    def versions(self, work: Work, agent_id: UUID, *, wanted: ListQuery) -> Page[Version]:
        """The agent's versions; raises `AgentNotFound`."""
        return self._agents.versions(work, self.get(work, agent_id), wanted=wanted)

    def version(self, work: Work, agent_id: UUID, *, version_id: UUID) -> Version:
        """One version; raises `AgentNotFound`, `VersionNotFound`."""
        agent = self.get(work, agent_id)
        version = self._agents.version(work, agent, version_id=version_id)
        if version is None:
            raise VersionNotFound
        return version

    def draft(self, work: Work, agent_id: UUID) -> Version:
        """The agent's draft; raises `AgentNotFound`, `VersionNotFound`."""
        draft = self._agents.draft(work, self.get(work, agent_id))
        if draft is None:
            raise VersionNotFound("The agent has no draft.")
        return draft

    def put_draft(
        self, work: Work, agent_id: UUID, *, new: NewVersion, expected: Expected = ANY
    ) -> Version:
        """Begin the next version, or replace what it was to be.

        Raises `AgentNotFound`, `Stale`, `UnknownModel`, `UnknownTool`, `DraftIncomplete`.
        """
        agent = self._locked(work, agent_id)
        before = self._agents.draft(work, agent)
        if before is not None:
            expected.check(before)
        check_version(new)
        self._check_parts(work, agent, new)
        owner = Owner(agency_id=agent.agency_id, tenant_id=agent.tenant_id)
        if before is None:
            self._rows.insert_draft(work, owner, agent_id=agent_id, new=new)
        else:
            self._agents.replace_draft(work, before, new=new)
        given = asdict(new)
        changes = (
            {name: (None, value) for name, value in given.items()}
            if before is None
            else differences(before, given)
        )
        self._record(work, "agent.drafted", agent, changes=changes)
        return self.draft(work, agent_id)

    def discard_draft(self, work: Work, agent_id: UUID, *, expected: Expected = ANY) -> None:
        """Forget what the next version was to be.

        Raises `AgentNotFound`, `VersionNotFound` without a draft, `Stale`.
        """
        agent = self._locked(work, agent_id)
        draft = self.draft(work, agent_id)
        expected.check(draft)
        self._agents.delete_draft(work, draft)
        self._record(work, "agent.draft_discarded", agent)

    def publish(self, work: Work, agent_id: UUID, *, expected: Expected = ANY) -> Agent:
        """Answer with the draft from now on.

        Raises `AgentNotFound`, `NoDraft`, `Stale` when the draft is another, `CannotPublish`.
        """
        agent = self._locked(work, agent_id)
        owner = Owner(agency_id=agent.agency_id, tenant_id=agent.tenant_id)
        self._publishing.publish(work, owner, agent_id=agent_id, expected=expected)
        return self.get(work, agent_id)

    def roll_back(self, work: Work, agent_id: UUID, *, version_id: UUID) -> Version:
        """Answer with an archived version again, as it was frozen.

        Raises `AgentNotFound`, `VersionNotFound`, `CannotRollBack`.
        """
        agent = self._locked(work, agent_id)
        version = self.version(work, agent_id, version_id=version_id)
        if version.status is not VersionStatus.ARCHIVED:
            raise CannotRollBack
        self._rows.archive(work, tenant_id=agent.tenant_id, agent_id=agent_id)
        self._agents.publish_again(work, version)
        pair = (agent.published_version, version.version)
        self._record(work, "agent.rolled_back", agent, changes={"published_version": pair})
        return replace(version, status=VersionStatus.PUBLISHED)

    def _locked(self, work: Work, agent_id: UUID) -> Agent:
        agent = self._agents.lock(work, agent_id)
        if agent is None:
            raise AgentNotFound
        return agent

    def _check_parts(self, work: Work, agent: Agent, new: NewVersion) -> None:
        present = self._agents.present(work, agent.tenant_id, new=new)
        found = self._functions.among(work, agent.tenant_id, ids=new.custom_function_ids)
        known = {function.id for function in found}
        gone = [
            name
            for name, there in (
                ("system_prompt_id", present.prompt),
                ("voice_configuration_id", present.voice),
                ("agent_personality_id", present.personality),
            )
            if not there
        ]
        gone += [
            f"custom_function_ids.{place}"
            for place, function_id in enumerate(new.custom_function_ids)
            if function_id not in known
        ]
        if gone:
            raise DraftIncomplete(gone)

    def _record(
        self,
        work: Work,
        action: str,
        agent: Agent,
        *,
        changes: Mapping[str, tuple[object, object]] | None = None,
    ) -> None:
        change = Change(
            action=action, resource_type="agent", resource_id=agent.id, changes=changes or {}
        )
        self._audit.record(work, change, agency_id=agent.agency_id, tenant_id=agent.tenant_id)


def check_version(new: NewVersion) -> None:
    """Raises `UnknownModel` or `UnknownTool`."""
    check_model(ModelKind.LLM, provider=new.llm_provider, name=new.llm_model, field="llm_model")
    check_model(ModelKind.STT, provider=new.stt_provider, name=new.stt_model, field="stt_model")
    for place, tool in enumerate(new.tools):
        if tool not in TOOLS:
            raise UnknownTool(f"Agents have no tool {tool}.", field=f"tools.{place}")
