"""Telephone numbers: found, bought, led to an agent, given back (PRD 19)."""

from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler import Request, Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from aiconnected.auth.permissions import Permission
from aiconnected.calls.models import Carrier
from aiconnected.kit.errors import ErrorCode, FieldError, Invalid
from aiconnected.numbers.carriers import CAPABILITIES
from aiconnected.numbers.models import NUMBERS, NewNumber, NumberStatus
from aiconnected.numbers.ports import NumberSearch
from chalicelib.clients import list_scope, scope_for
from chalicelib.routing import Routes, asked, expected, list_query, proxy_event, tag
from chalicelib.schemas.envelopes import Answer, Listing, page_meta
from chalicelib.schemas.numbers import (
    AvailableShown,
    CapabilitiesShown,
    NumberChanged,
    NumberGiven,
    NumberShown,
)

routes = Routes("phone numbers")
_ALL = "/api/v1/phone-numbers"
_ONE = _ALL + "/{phone_number_id}"
CONFIRM = "x-confirm-release"
_FOR_SALE = 20


class OwnerMissing(Invalid):
    """Say whose the number shall be: `tenant_id`, or `agency_id`."""

    def __init__(self) -> None:
        code = ErrorCode.VAL_REQUIRED
        detail = FieldError(field="tenant_id", code=code, message="Name the client.")
        super().__init__(code=code, details=[detail])


class NotAStatus(Invalid):
    """A number is released by deleting it, and ordered by buying it."""

    def __init__(self) -> None:
        code = ErrorCode.VAL_INVALID_ENUM
        detail = FieldError(field="status", code=code, message="status is active or suspended.")
        super().__init__(code=code, details=[detail])


@routes.get(_ALL, access=Permission.PHONE_NUMBERS_VIEW, summary="List numbers", lists=NUMBERS)
def list_numbers(request: Request) -> Listing[NumberShown]:
    services, _ = asked(request)
    wanted = list_query(request, NUMBERS)
    with services.database.work(list_scope(request, wanted, reason="list numbers")) as work:
        page = services.numbers.page(work, wanted)
    return Listing(
        data=[NumberShown.model_validate(number) for number in page.items],
        meta=page_meta(page, wanted),
    )


@routes.get(
    _ALL + "/available",
    access=Permission.PHONE_NUMBERS_PROVISION,
    summary="Find numbers that can be bought",
)
def search_numbers(  # noqa: PLR0917 -- one parameter a filter (PRD 19.2)
    request: Request,
    area_code: Annotated[str | None, Query(pattern=r"^[2-9][0-9]{2}$")] = None,
    contains: Annotated[str | None, Query(pattern=r"^[0-9A-Za-z*]{2,16}$")] = None,
    state: Annotated[str | None, Query(pattern=r"^[A-Z]{2}$")] = None,
    country: Annotated[str, Query(pattern=r"^[A-Z]{2}$")] = "US",
    limit: Annotated[int, Query(ge=1, le=100)] = _FOR_SALE,
) -> Answer[list[AvailableShown]]:
    services, _ = asked(request)
    wanted = NumberSearch(
        country=country, area_code=area_code, contains=contains, state=state, limit=limit
    )
    found = services.number_provisioning.search(wanted)
    return Answer(data=[AvailableShown.model_validate(each) for each in found])


@routes.get(
    _ALL + "/carriers", access=Permission.PHONE_NUMBERS_VIEW, summary="What each carrier can do"
)
def list_carriers(request: Request) -> Answer[list[CapabilitiesShown]]:  # noqa: ARG001 -- bound
    return Answer(data=[CapabilitiesShown.model_validate(each) for each in CAPABILITIES.values()])


@routes.post(_ALL, access=Permission.PHONE_NUMBERS_PROVISION, summary="Buy a number", status=201)
def provision(body: NumberGiven, request: Request) -> Answer[NumberShown]:
    services, principal = asked(request)
    named = () if body.tenant_id is None else (body.tenant_id,)
    scope = scope_for(request, *named, reason="buy number")
    agency_id = principal.agency_id or body.agency_id
    if principal.agency_id is None and body.tenant_id is not None:
        with services.database.work(scope) as work:
            agency_id = services.tenants.get(work, body.tenant_id).agency_id
    if agency_id is None:
        raise OwnerMissing
    new = NewNumber(
        agency_id=agency_id,
        carrier=Carrier.TWILIO,
        **body.model_dump(exclude={"agency_id"}),
    )
    number = services.number_provisioning.provision(scope, new)
    tag(request, number)
    return Answer(data=NumberShown.model_validate(number))


@routes.get(_ONE, access=Permission.PHONE_NUMBERS_VIEW, summary="Get a number")
def get_number(phone_number_id: UUID, request: Request) -> Answer[NumberShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show number")) as work:
        number = services.numbers.get(work, phone_number_id)
    tag(request, number)
    return Answer(data=NumberShown.model_validate(number))


@routes.patch(_ONE, access=Permission.PHONE_NUMBERS_CONFIGURE, summary="Lead a number elsewhere")
def change_number(
    phone_number_id: UUID, body: NumberChanged, request: Request
) -> Answer[NumberShown]:
    services, principal = asked(request)
    changes = body.changes()
    if changes.get("status") in {NumberStatus.RELEASED, NumberStatus.ORDERED}:
        raise NotAStatus
    with services.database.work(principal.scope(reason="change number")) as work:
        number = services.numbers.change(
            work, phone_number_id, changes=changes, expected=expected(request)
        )
    tag(request, number)
    return Answer(data=NumberShown.model_validate(number))


@routes.delete(
    _ONE,
    access=Permission.PHONE_NUMBERS_RELEASE,
    summary="Give a number back for good; X-Confirm-Release repeats it",
)
def release_number(phone_number_id: UUID, request: Request) -> Response[None]:
    services, principal = asked(request)
    confirmed = (proxy_event(request).headers.get(CONFIRM) or "").strip()
    services.number_provisioning.release(
        principal.scope(reason="release number"), phone_number_id, confirmed=confirmed
    )
    return Response(status_code=204)
