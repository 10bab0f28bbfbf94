"""Whose client a request is about, and whether whoever asks may act for it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from aws_lambda_powertools.event_handler import Request

from aiconnected.agents.models import Owner
from aiconnected.kit.errors import ErrorCode, FieldError, Forbidden, Invalid
from aiconnected.kit.listing import ListQuery
from chalicelib.routing import asked

if TYPE_CHECKING:
    from aiconnected.db import Scope, Work


class TenantMissing(Invalid):
    """Say whose it shall be: `tenant_id`."""

    def __init__(self) -> None:
        code = ErrorCode.VAL_REQUIRED
        detail = FieldError(field="tenant_id", code=code, message="Name the client.")
        super().__init__(code=code, details=[detail])


def scope_for(request: Request, *tenant_ids: UUID | None, reason: str) -> "Scope":
    """The scope of whoever asks about those clients.

    For another client of one's own agency a tenant's people get `Forbidden`
    (AUTHZ_TENANT_MISMATCH), for anybody else's `TenantNotFound`. What agencies and the platform may
    see, the rows tell.
    """
    services, principal = asked(request)
    scope = principal.scope(reason=reason)
    foreign = {each for each in tenant_ids if each is not None} - {principal.tenant_id}
    if principal.tenant_id is not None and foreign:
        with services.database.work(replace(scope, tenant_id=None)) as work:
            for tenant_id in foreign:
                services.tenants.get(work, tenant_id)
        raise Forbidden(code=ErrorCode.AUTHZ_TENANT_MISMATCH)
    return scope


def list_scope(request: Request, wanted: ListQuery, *, reason: str) -> "Scope":
    """The scope of a list, which may name clients by its filter `tenant_id`."""
    return scope_for(request, *_ids(wanted.values("tenant_id")), reason=reason)


def making_scope(request: Request, given: UUID | None, *, reason: str) -> "tuple[Scope, UUID]":
    """The scope of making something, and whose it shall be; raises also `TenantMissing`."""
    _, principal = asked(request)
    tenant_id = given or principal.tenant_id
    if tenant_id is None:
        raise TenantMissing
    return scope_for(request, tenant_id, reason=reason), tenant_id


def owner(request: Request, work: "Work", *, tenant_id: UUID) -> Owner:
    """The client with its agency; raises `TenantNotFound`."""
    services, _ = asked(request)
    tenant = services.tenants.get(work, tenant_id)
    return Owner(agency_id=tenant.agency_id, tenant_id=tenant.id)


def _ids(values: Iterable[object]) -> Iterable[UUID]:
    return (value for value in values if isinstance(value, UUID))
