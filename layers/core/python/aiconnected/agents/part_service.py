"""Prompts, voices, personalities and lines as people keep them; one service for each kind."""

from collections.abc import Callable, Mapping
from typing import Generic
from uuid import UUID

from aiconnected.agents.catalogue import ModelKind, check_model
from aiconnected.agents.errors import PartInUse, PartNotFound, PartTaken, UnknownVariable
from aiconnected.agents.models import Owner
from aiconnected.agents.parts import P, Part, PartKind, PartRepository
from aiconnected.agents.templates import CALL_VARIABLES, check, malformed_in
from aiconnected.agents.views import Greeting, Personality, Prompt, Voice
from aiconnected.audit.models import Change, differences
from aiconnected.audit.service import AuditService
from aiconnected.db import UniqueViolation, Work
from aiconnected.kit.clock import Clock
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page
from aiconnected.kit.versions import ANY, Expected
from aiconnected.tenants.service import TenantService


class PartService(Generic[P]):
    """What can be done with parts of one kind.

    `check` raises what is wrong with a part as it would be kept; it undoes the change.
    """

    def __init__(
        self,
        kind: PartKind[P],
        *,
        check: Callable[[P], None],
        tenants: TenantService,
        audit: AuditService,
        clock: Clock,
    ) -> None:
        self._kind, self._check = kind, check
        self._parts = PartRepository(kind)
        self._tenants, self._audit, self._clock = tenants, audit, clock

    def page(self, work: Work, wanted: ListQuery) -> Page[P]:
        """Parts within the scope."""
        return self._parts.page(work, wanted)

    def get(self, work: Work, part_id: UUID) -> P:
        """The part; raises `PartNotFound`."""
        part = self._parts.by_id(work, part_id)
        if part is None:
            raise PartNotFound
        return part

    def default(self, work: Work, tenant_id: UUID) -> UUID | None:
        """What the tenant's agents are made of that name no other."""
        return self._parts.default(work, tenant_id)

    def add(
        self, work: Work, owner: Owner, *, insert: Callable[[], UUID], is_default: bool = False
    ) -> P:
        """Keep what `insert` inserts; as the default, it takes the place of another at once.

        Raises `TenantNotFound`, `PartTaken`, and what the kind's check raises.
        """
        self._tenants.hold(work, owner.tenant_id)
        if is_default:
            self._parts.make_room_for_default(work, owner.tenant_id)
        try:
            with work.savepoint():
                part_id = insert()
        except UniqueViolation as exc:
            raise PartTaken from exc
        part = self.get(work, part_id)
        self._check(part)
        self._record(work, "created", part)
        return part

    def change(
        self,
        work: Work,
        part_id: UUID,
        *,
        changes: Mapping[str, object],
        expected: Expected = ANY,
    ) -> P:
        """The part with `changes`.

        Raises `PartNotFound`, `Stale`, `PartTaken`, and what the kind's check raises.
        """
        # Before the part, as `add` does: two that become the default wait and do not lock up.
        self._tenants.hold(work, self.get(work, part_id).tenant_id)
        before = self._locked(work, part_id)
        expected.check(before)
        pairs = differences(before, changes)
        flat = {name: after for name, (_, after) in pairs.items()}
        if flat.get("is_default"):
            self._parts.make_room_for_default(work, before.tenant_id)
        try:
            with work.savepoint():
                self._parts.change(work, before, changes=flat)
        except UniqueViolation as exc:
            raise PartTaken from exc
        after = self.get(work, part_id)
        self._check(after)
        if pairs:
            self._record(work, "updated", before, changes=pairs)
        return after

    def delete(self, work: Work, part_id: UUID, *, expected: Expected = ANY) -> None:
        """Delete it; raises `PartNotFound`, `Stale`, `PartInUse`."""
        part = self._locked(work, part_id)
        expected.check(part)
        if self._parts.is_drafted(work, part):
            raise PartInUse
        self._parts.delete(work, part, now=self._clock.now())
        self._record(work, "deleted", part)

    def _locked(self, work: Work, part_id: UUID) -> P:
        part = self._parts.lock(work, part_id)
        if part is None:
            raise PartNotFound
        return part

    def _record(
        self,
        work: Work,
        verb: str,
        part: Part,
        *,
        changes: Mapping[str, tuple[object, object]] | None = None,
    ) -> None:
        change = Change(
            action=f"{self._kind.name}.{verb}",
            resource_type=self._kind.name,
            resource_id=part.id,
            changes=changes or {},
        )
        self._audit.record(work, change, agency_id=part.agency_id, tenant_id=part.tenant_id)


def check_prompt(prompt: Prompt) -> None:
    """Raises `UnknownVariable` for a name without a value."""
    check(prompt.content, known=CALL_VARIABLES | prompt.variables.keys())


def check_voice(voice: Voice) -> None:
    """Raises `UnknownModel`."""
    check_model(ModelKind.TTS, provider=voice.provider, name=voice.model, field="model")


def check_personality(personality: Personality) -> None:
    """Names that a prompt may give a value are left to publishing: it knows the prompt."""
    for field in ("persona", "disclosure"):
        check_braces(getattr(personality, field), field=field)


def check_greeting(greeting: Greeting) -> None:
    """As for personalities."""
    check_braces(greeting.content, field="content")


def check_braces(template: str, *, field: str) -> None:
    """Raises `UnknownVariable` for what stands in double braces and cannot be a name."""
    if malformed := malformed_in(template):
        raise UnknownVariable(malformed, field=field)
