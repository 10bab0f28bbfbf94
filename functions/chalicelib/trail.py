"""What people did through the API, written to the audit log in the transaction of the deed (T7)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from aiconnected.audit.models import Change

if TYPE_CHECKING:
    from aiconnected.db import Work
    from chalicelib.services import Services


class Owned(Protocol):
    """Something of a tenant's."""

    @property
    def id(self) -> UUID: ...
    @property
    def agency_id(self) -> UUID: ...
    @property
    def tenant_id(self) -> UUID: ...


def record(
    services: "Services",
    work: "Work",
    *,
    action: str,
    of: Owned,
    changes: Mapping[str, tuple[object, object]] | None = None,
) -> None:
    """`action` is `noun.verb_in_the_past`; who did it is the scope's actor."""
    change = Change(
        action=action,
        resource_type=action.partition(".")[0],
        resource_id=of.id,
        changes=changes or {},
    )
    services.audit.record(work, change, agency_id=of.agency_id, tenant_id=of.tenant_id)


def exported(services: "Services", work: "Work", *, action: str, count: int) -> None:
    """Note that a list left the house, and how long it was."""
    change = Change(
        action=action,
        resource_type=action.partition(".")[0],
        changes={"rows": (None, count)},
    )
    services.audit.record(work, change)
