"""Functions as agents are made of them, and the log of what was called."""

from collections.abc import Collection
from uuid import UUID

from aiconnected.db import Work
from aiconnected.functions.errors import FunctionCallNotFound
from aiconnected.functions.models import CustomFunction, FunctionCall
from aiconnected.functions.repository import FunctionRepository
from aiconnected.kit.listing import ListQuery
from aiconnected.kit.paging import Page


class FunctionReader:
    """Reads; nothing here needs a key."""

    def __init__(self, functions: FunctionRepository | None = None) -> None:
        self._functions = functions or FunctionRepository()

    def among(self, work: Work, tenant_id: UUID, *, ids: Collection[UUID]) -> list[CustomFunction]:
        """Those of the tenant's functions that are named and not deleted, by name."""
        return self._functions.among(work, tenant_id, ids=ids) if ids else []

    def calls(self, work: Work, wanted: ListQuery) -> Page[FunctionCall]:
        """What was called, within the scope."""
        return self._functions.calls_page(work, wanted)

    def call(self, work: Work, call_id: UUID) -> FunctionCall:
        """One call of a function; raises `FunctionCallNotFound`."""
        found = self._functions.call_by_id(work, call_id)
        if found is None:
            raise FunctionCallNotFound
        return found
