"""Agents: drafts are put together from parts, published frozen, and rendered for each call."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from aiconnected.agents.errors import AgentNotPublished, CannotPublish, NoDraft
from aiconnected.agents.hours import opening_at
from aiconnected.agents.models import (
    Draft,
    Line,
    NewAgent,
    NewPersonality,
    NewPrompt,
    NewVersion,
    NewVoice,
    Owner,
    PublishedAgent,
    PublishedVersion,
)
from aiconnected.agents.repository import AgentRepository
from aiconnected.agents.snapshot import Rendering, Snapshot
from aiconnected.audit.models import Change
from aiconnected.audit.service import AuditService
from aiconnected.calls.models import Holiday, OpeningHours
from aiconnected.db import Work
from aiconnected.functions.models import CustomFunction
from aiconnected.functions.reading import FunctionReader
from aiconnected.kit.clock import Clock
from aiconnected.kit.errors import ErrorCode, FieldError
from aiconnected.kit.versions import ANY, Expected
from aiconnected.tenants.service import TenantService


class AgentService:
    """What can be done with an agent."""

    def __init__(
        self,
        agents: AgentRepository,
        *,
        tenants: TenantService,
        audit: AuditService,
        clock: Clock,
        functions: FunctionReader | None = None,
    ) -> None:
        self._agents, self._tenants, self._audit, self._clock = agents, tenants, audit, clock
        self._functions = functions or FunctionReader()

    def published(
        self, work: Work, *, tenant_id: UUID, agent_id: UUID, at: datetime | None = None
    ) -> PublishedAgent:
        """The agent as a call that begins at `at` gets it; raises `AgentNotPublished`."""
        version = self._agents.published(work, tenant_id=tenant_id, agent_id=agent_id)
        return self._render(work, tenant_id, version=version, at=at)

    def of_version(
        self, work: Work, *, tenant_id: UUID, version_id: UUID, at: datetime | None = None
    ) -> PublishedAgent:
        """The same for a version that an open call is bound to, even when archived since."""
        version = self._agents.version(work, tenant_id=tenant_id, version_id=version_id)
        return self._render(work, tenant_id, version=version, at=at)

    def answering(self, work: Work, *, limit: int) -> list[PublishedAgent]:
        """The agents that calls reach, as a call that begins now gets them; platform's scope."""
        found = self._agents.answering(work, limit=limit)
        return [
            self.of_version(work, tenant_id=each.tenant_id, version_id=each.version_id)
            for each in found
        ]

    def add_prompt(self, work: Work, owner: Owner, *, new: NewPrompt) -> UUID:
        """Add a prompt template; its id."""
        return self._agents.insert_prompt(work, owner, new=new)

    def add_voice(self, work: Work, owner: Owner, *, new: NewVoice) -> UUID:
        """Add a voice; its id."""
        return self._agents.insert_voice(work, owner, new=new)

    def add_personality(self, work: Work, owner: Owner, *, new: NewPersonality) -> UUID:
        """Add a personality; its id."""
        return self._agents.insert_personality(work, owner, new=new)

    def add_line(self, work: Work, owner: Owner, *, agent_id: UUID | None, line: Line) -> UUID:
        """Add a line of an agent, or of all agents of the tenant; its id."""
        return self._agents.insert_line(work, owner, agent_id=agent_id, line=line)

    def add(self, work: Work, owner: Owner, *, name: str, slug: str, lines: Iterable[Line]) -> UUID:
        """Add an agent with the lines it knows by heart; its id."""
        agent_id = self._agents.insert_agent(work, owner, new=NewAgent(name=name, slug=slug))
        self._agents.insert_lines(work, owner, agent_id=agent_id, lines=lines)
        self._record(work, owner, "agent.created", agent_id)
        return agent_id

    def draft(self, work: Work, owner: Owner, *, agent_id: UUID, new: NewVersion) -> UUID:
        """Begin the agent's next version; its id."""
        return self._agents.insert_draft(work, owner, agent_id=agent_id, new=new)

    def publish(self, work: Work, owner: Owner, *, agent_id: UUID, expected: Expected = ANY) -> int:
        """Freeze the draft and answer with it from now on; its version number.

        Raises `NoDraft`, `Stale`, and `CannotPublish` with all that is missing.
        """
        tenant_id = owner.tenant_id
        draft = self._agents.draft(work, tenant_id=tenant_id, agent_id=agent_id)
        if draft is None:
            raise NoDraft
        expected.check(draft)
        lines = self._agents.lines(
            work, tenant_id=tenant_id, agent_id=agent_id, language=draft.language
        )
        functions = self._functions.among(work, tenant_id, ids=draft.custom_function_ids)
        check_parts(draft, functions)
        snapshot = Snapshot.freeze(draft, lines, functions=functions).model_dump(mode="json")
        self._agents.publish(
            work, draft, tenant_id=tenant_id, snapshot=snapshot, now=self._clock.now()
        )
        self._record(work, owner, "agent.published", agent_id)
        return draft.version

    def set_hours(
        self,
        work: Work,
        owner: Owner,
        *,
        hours: Iterable[OpeningHours],
        holidays: Iterable[Holiday],
    ) -> None:
        """Replace the tenant's week and put these holidays."""
        self._agents.replace_hours(work, owner, hours=hours)
        self._agents.put_holidays(work, owner, holidays=holidays)
        self._record(work, owner, "business_hours.changed", owner.tenant_id)

    def _render(
        self, work: Work, tenant_id: UUID, *, version: PublishedVersion | None, at: datetime | None
    ) -> PublishedAgent:
        if version is None:
            raise AgentNotPublished
        now = at or self._clock.now()
        tenant = self._tenants.get(work, tenant_id)
        local = now.astimezone(ZoneInfo(tenant.timezone))
        hours = tuple(self._agents.hours(work, tenant_id))
        since = local.date() - timedelta(days=1)  # a call may last past midnight
        holidays = tuple(self._agents.holidays(work, tenant_id, since=since))
        opening = opening_at(now, timezone=tenant.timezone, hours=hours, holidays=holidays)
        rendering = Rendering(
            Snapshot.model_validate(version.snapshot),
            business_name=tenant.name,
            timezone=tenant.timezone,
            local=local,
            hours=hours,
        )
        return PublishedAgent(
            agent_version_id=version.id,
            config=rendering.config(version.agent_id, version=version.version, opening=opening),
            tenant_name=tenant.name,
            timezone=tenant.timezone,
            transfer_number=tenant.transfer_number,
            hours=hours,
            holidays=holidays,
        )

    def _record(self, work: Work, owner: Owner, action: str, resource_id: UUID) -> None:
        change = Change(
            action=action, resource_type=action.partition(".")[0], resource_id=resource_id
        )
        self._audit.record(work, change, agency_id=owner.agency_id, tenant_id=owner.tenant_id)


def check_parts(draft: Draft, functions: Iterable[CustomFunction]) -> None:
    """Raises `CannotPublish` when something that the draft names is not there any more."""
    usable = {function.id for function in functions if function.is_active}
    gone = [*draft.gone] + [
        f"custom_function_ids.{place}"
        for place, function_id in enumerate(draft.custom_function_ids)
        if function_id not in usable
    ]
    if gone:
        code, message = ErrorCode.RES_NOT_FOUND, "This has been deleted or switched off."
        raise CannotPublish([FieldError(field=name, code=code, message=message) for name in gone])
