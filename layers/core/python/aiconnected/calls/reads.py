"""Repository of reading: calls as they are listed and shown."""

from dataclasses import replace
from uuid import UUID

from aiconnected.calls.lists import (
    AFFORDABLE,
    CALLS,
    COUNTED,
    FOUND,
    begun_before,
    takes_all,
    window,
)
from aiconnected.calls.repository import SQL
from aiconnected.calls.views import (
    Call,
    CallEvent,
    CallLegView,
    Transfer,
    Turn,
)
from aiconnected.db import Work
from aiconnected.db.listing import page
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page


class CallReadRepository:
    """Never changes anything. What a call costs is read `with_money` only."""

    def page(self, work: Work, wanted: ListQuery, *, with_money: bool = False) -> Page[Call]:
        """The calls that were asked for, of all that the scope holds."""
        wanted = begun_before(wanted)
        if work.scope.tenant_id is not None:
            wanted = CALLS.of_tenant(wanted, work.scope.tenant_id)
        if wanted.search is None:
            return page(
                work,
                SQL["calls"],
                Call,
                of=CALLS,
                wanted=wanted,
                affordable=None if takes_all(wanted) else AFFORDABLE,
                in_order=True,
                counted=COUNTED,
                with_money=with_money,
            )
        return self._found(work, wanted, wanted.search, with_money=with_money)

    def _found(self, work: Work, wanted: ListQuery, text: str, *, with_money: bool) -> Page[Call]:
        since, until = window(wanted)
        named = (*wanted.values("tenant_id"), None)
        return page(
            work,
            SQL["found_calls"],
            Call,
            of=CALLS,
            wanted=replace(wanted, search=None),
            agency_id=work.scope.agency_id,
            tenant_id=named[0],
            text=text,
            since=since,
            until=until,
            most=FOUND,
            with_money=with_money,
        )

    def call(self, work: Work, call_id: UUID, *, with_money: bool = False) -> Call | None:
        """One call within the scope."""
        return work.row(SQL["call"], Call, id=call_id, with_money=with_money)

    def legs(self, work: Work, tenant_id: UUID, *, call_id: UUID) -> list[CallLegView]:
        """Its legs."""
        return work.rows(SQL["legs"], CallLegView, tenant_id=tenant_id, call_id=call_id)

    def events(self, work: Work, tenant_id: UUID, *, call_id: UUID) -> list[CallEvent]:
        """What happened."""
        return work.rows(SQL["events"], CallEvent, tenant_id=tenant_id, call_id=call_id)

    def turns(self, work: Work, tenant_id: UUID, *, call_id: UUID) -> list[Turn]:
        """What was said."""
        return work.rows(SQL["turns"], Turn, tenant_id=tenant_id, call_id=call_id)

    def transfers(self, work: Work, tenant_id: UUID, *, call_id: UUID) -> list[Transfer]:
        """Where the caller was sent."""
        return work.rows(SQL["transfers"], Transfer, tenant_id=tenant_id, call_id=call_id)
