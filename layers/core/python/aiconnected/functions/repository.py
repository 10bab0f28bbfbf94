"""Repository of custom functions and of their calls: every SQL statement about them."""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from aiconnected.db import Queries, Work
from aiconnected.db.changes import change
from aiconnected.db.listing import page
from aiconnected.functions.models import (
    FUNCTION_CALLS,
    FUNCTIONS,
    CustomFunction,
    FunctionCall,
    NewFunction,
    SealedParts,
)
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page

SQL = Queries.beside(__file__)
_COLUMNS = frozenset({
    "name", "description", "parameters", "webhook_url", "method", "header_names",
    "sealed_headers", "sealed_secret", "timeout_ms", "retries", "is_active",
})  # fmt: skip


class FunctionRepository:
    """Reads and writes custom functions; reads what was called."""

    def page(self, work: Work, wanted: ListQuery) -> Page[CustomFunction]:
        """Those that were asked for, within the scope."""
        return page(work, SQL["page"], CustomFunction, of=FUNCTIONS, wanted=wanted)

    def by_id(self, work: Work, function_id: UUID) -> CustomFunction | None:
        """The function, unless deleted."""
        return work.row(SQL["by_id"], CustomFunction, id=function_id)

    def lock(self, work: Work, function_id: UUID) -> CustomFunction | None:
        """The function, unless deleted, kept from other writers until the transaction ends."""
        return work.row(SQL["lock"], CustomFunction, id=function_id)

    def among(self, work: Work, tenant_id: UUID, *, ids: Collection[UUID]) -> list[CustomFunction]:
        """Those of the tenant's functions that are named, by name."""
        return work.rows(SQL["among"], CustomFunction, tenant_id=tenant_id, ids=list(ids))

    def sealed(self, work: Work, function: CustomFunction) -> SealedParts | None:
        """What is kept sealed of it."""
        return work.row(SQL["sealed"], SealedParts, tenant_id=function.tenant_id, id=function.id)

    def insert(
        self,
        work: Work,
        function_id: UUID,
        *,
        agency_id: UUID,
        tenant_id: UUID,
        new: NewFunction,
        sealed: SealedParts,
    ) -> None:
        """Add it; raises UniqueViolation when the name is taken."""
        values = asdict(new) | asdict(sealed)
        names = sorted(values.pop("headers"))
        work.run(
            SQL["insert"],
            **values,
            id=function_id,
            agency_id=agency_id,
            tenant_id=tenant_id,
            header_names=names,
        )

    def change(
        self, work: Work, function: CustomFunction, *, changes: Mapping[str, object]
    ) -> None:
        """Set columns; raises UniqueViolation when the name is taken."""
        change(
            work,
            SQL["change"],
            changes=changes,
            columns=_COLUMNS,
            tenant_id=function.tenant_id,
            id=function.id,
        )

    def delete(self, work: Work, function: CustomFunction, *, now: datetime) -> None:
        """Mark it as deleted."""
        work.run(SQL["delete"], tenant_id=function.tenant_id, id=function.id, now=now)

    def in_use(self, work: Work, function: CustomFunction) -> bool:
        """Whether an agent's draft or published version names it."""
        found = work.value(SQL["in_use"], bool, tenant_id=function.tenant_id, id=function.id)
        return bool(found)

    def calls_page(self, work: Work, wanted: ListQuery) -> Page[FunctionCall]:
        """Calls that were asked for, within the scope."""
        return page(work, SQL["calls_page"], FunctionCall, of=FUNCTION_CALLS, wanted=wanted)

    def call_by_id(self, work: Work, call_id: UUID) -> FunctionCall | None:
        """One call of a function; `call_id` is its own."""
        return work.row(SQL["call_by_id"], FunctionCall, id=call_id)
