"""Repository of agents: every SQL statement about an agent, its parts and its business's hours."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from aiconnected.agents.models import (
    Answering,
    Draft,
    Line,
    NewAgent,
    NewPersonality,
    NewPrompt,
    NewVersion,
    NewVoice,
    Owner,
    PublishedVersion,
)
from aiconnected.calls.models import Holiday, OpeningHours
from aiconnected.db import Queries, Work
from aiconnected.kit.ids import new_id

SQL = Queries.beside(__file__)


class AgentRepository:
    """Reads and writes agents."""

    def insert_prompt(self, work: Work, owner: Owner, *, new: NewPrompt) -> UUID:
        """Add a prompt template; its id."""
        return self._insert(work, "insert_prompt", asdict(owner) | asdict(new))

    def insert_voice(self, work: Work, owner: Owner, *, new: NewVoice) -> UUID:
        """Add a voice; its id."""
        return self._insert(work, "insert_voice", asdict(owner) | asdict(new))

    def insert_personality(self, work: Work, owner: Owner, *, new: NewPersonality) -> UUID:
        """Add a personality; its id."""
        return self._insert(work, "insert_personality", asdict(owner) | asdict(new))

    def insert_agent(self, work: Work, owner: Owner, *, new: NewAgent) -> UUID:
        """Add an agent; its id. Raises UniqueViolation when the slug is taken."""
        values = asdict(owner) | asdict(new)
        values["status"] = "active" if values.pop("is_active") else "paused"
        return self._insert(work, "insert_agent", values)

    def insert_lines(
        self, work: Work, owner: Owner, *, agent_id: UUID | None, lines: Iterable[Line]
    ) -> None:
        """Add lines of an agent, or of all agents of the tenant."""
        for line in lines:
            self.insert_line(work, owner, agent_id=agent_id, line=line)

    def insert_line(self, work: Work, owner: Owner, *, agent_id: UUID | None, line: Line) -> UUID:
        """Add a line; its id. Raises UniqueViolation when its place is taken."""
        return self._insert(
            work, "insert_line", asdict(owner) | asdict(line) | {"agent_id": agent_id}
        )

    def insert_draft(self, work: Work, owner: Owner, *, agent_id: UUID, new: NewVersion) -> UUID:
        """Add the agent's next version; its id. Raises UniqueViolation beside another draft."""
        values = asdict(owner) | content(new) | {"agent_id": agent_id}
        return self._insert(work, "insert_draft", values)

    def draft(self, work: Work, *, tenant_id: UUID, agent_id: UUID) -> Draft | None:
        """The agent's draft with its parts as they are now."""
        return work.row(SQL["draft"], Draft, tenant_id=tenant_id, agent_id=agent_id)

    def lines(self, work: Work, *, tenant_id: UUID, agent_id: UUID, language: str) -> list[Line]:
        """What the agent says by heart."""
        return work.rows(
            SQL["lines"], Line, tenant_id=tenant_id, agent_id=agent_id, language=language
        )

    def publish(
        self, work: Work, draft: Draft, *, tenant_id: UUID, snapshot: object, now: datetime
    ) -> None:
        """Put the draft in the place of what was published."""
        self.archive(work, tenant_id=tenant_id, agent_id=draft.agent_id)
        work.run(SQL["publish"], tenant_id=tenant_id, id=draft.id, snapshot=snapshot, now=now)

    def archive(self, work: Work, *, tenant_id: UUID, agent_id: UUID) -> None:
        """The published version gives way."""
        work.run(SQL["archive_published"], tenant_id=tenant_id, agent_id=agent_id)

    def published(self, work: Work, *, tenant_id: UUID, agent_id: UUID) -> PublishedVersion | None:
        """What an active agent answers with."""
        return work.row(SQL["published"], PublishedVersion, tenant_id=tenant_id, agent_id=agent_id)

    def answering(self, work: Work, *, limit: int) -> list[Answering]:
        """Versions that calls may ask for, in the platform's scope."""
        return work.rows(SQL["answering"], Answering, limit=limit)

    def version(self, work: Work, *, tenant_id: UUID, version_id: UUID) -> PublishedVersion | None:
        """One version that is or was published."""
        return work.row(
            SQL["version"], PublishedVersion, tenant_id=tenant_id, version_id=version_id
        )

    def hours(self, work: Work, tenant_id: UUID) -> list[OpeningHours]:
        """The tenant's week."""
        return work.rows(SQL["business_hours"], OpeningHours, tenant_id=tenant_id)

    def holidays(self, work: Work, tenant_id: UUID, *, since: date) -> list[Holiday]:
        """The tenant's holidays from `since` on."""
        return work.rows(SQL["holidays"], Holiday, tenant_id=tenant_id, since=since)

    def replace_hours(self, work: Work, owner: Owner, *, hours: Iterable[OpeningHours]) -> None:
        """Put another week in place of the tenant's."""
        work.run(SQL["delete_business_hours"], tenant_id=owner.tenant_id)
        rows = [{**asdict(owner), **asdict(each), "id": new_id()} for each in hours]
        work.run_many(SQL["insert_business_hours"], rows)

    def put_holidays(self, work: Work, owner: Owner, *, holidays: Iterable[Holiday]) -> None:
        """Add holidays, or replace those of the same days."""
        rows = [{**asdict(owner), **asdict(each), "id": new_id()} for each in holidays]
        work.run_many(SQL["put_holiday"], rows)

    def _insert(self, work: Work, name: str, values: Mapping[str, object]) -> UUID:
        identifier = new_id()
        work.run(SQL[name], **values, id=identifier)
        return identifier


def content(new: NewVersion) -> dict[str, object]:
    """A version's own columns."""
    arrays = {"tools": list(new.tools), "custom_function_ids": list(new.custom_function_ids)}
    values: dict[str, object] = asdict(new)
    return {**values, **arrays}
