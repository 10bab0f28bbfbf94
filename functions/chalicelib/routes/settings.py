"""What a client chooses: settings, quotas, opening hours and holidays (PRD 18.6, 9.4)."""

from uuid import UUID

from aws_lambda_powertools.event_handler import Request, Response

from aiconnected.agents.views import HOLIDAYS
from aiconnected.auth.permissions import Permission
from aiconnected.calls.models import Holiday, OpeningHours
from aiconnected.tenants.settings import read_settings
from chalicelib.clients import scope_for
from chalicelib.routing import Routes, asked, expected, list_query, tag
from chalicelib.schemas.chosen import settings_given, settings_shown
from chalicelib.schemas.envelopes import Answer, Listing, page_meta
from chalicelib.schemas.tenants import (
    HolidayChanged,
    HolidayGiven,
    HolidayShown,
    IntervalShown,
    QuotasGiven,
    QuotasShown,
    Settings,
    Week,
    WeekShown,
)

routes = Routes("settings")
_TENANT = "/api/v1/tenants/{tenant_id}"
_SETTINGS = _TENANT + "/settings"
_QUOTAS = _TENANT + "/quotas"
_HOURS = _TENANT + "/business-hours"
_HOLIDAYS = _TENANT + "/holidays"
_HOLIDAY = _HOLIDAYS + "/{holiday_id}"


@routes.get(_SETTINGS, access=Permission.SETTINGS_VIEW, summary="Get a client's settings")
def get_settings(tenant_id: UUID, request: Request) -> Answer[Settings]:
    services, _ = asked(request)
    with services.database.work(scope_for(request, tenant_id, reason="show settings")) as work:
        tenant = services.tenants.get(work, tenant_id)
    tag(request, tenant)
    settings = read_settings(tenant.settings, transfer_number=tenant.transfer_number)
    return Answer(data=settings_shown(settings))


@routes.put(_SETTINGS, access=Permission.SETTINGS_EDIT, summary="Replace a client's settings")
def put_settings(tenant_id: UUID, body: Settings, request: Request) -> Answer[Settings]:
    services, _ = asked(request)
    with services.database.work(scope_for(request, tenant_id, reason="change settings")) as work:
        tenant = services.tenants.put_settings(
            work, tenant_id, settings=settings_given(body), expected=expected(request)
        )
    tag(request, tenant)
    settings = read_settings(tenant.settings, transfer_number=tenant.transfer_number)
    return Answer(data=settings_shown(settings))


@routes.get(_QUOTAS, access=Permission.TENANTS_VIEW, summary="How much a client may use")
def get_quotas(tenant_id: UUID, request: Request) -> Answer[QuotasShown]:
    services, _ = asked(request)
    with services.database.work(scope_for(request, tenant_id, reason="show quotas")) as work:
        tenant = services.tenants.get(work, tenant_id)
    tag(request, tenant)
    return Answer(data=QuotasShown.model_validate(tenant))


@routes.put(_QUOTAS, access=Permission.TENANTS_DELETE, summary="Say how much a client may use")
def put_quotas(tenant_id: UUID, body: QuotasGiven, request: Request) -> Answer[QuotasShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="change quotas")) as work:
        tenant = services.tenants.change(
            work, tenant_id, changes=body.model_dump(), expected=expected(request)
        )
    tag(request, tenant)
    return Answer(data=QuotasShown.model_validate(tenant))


@routes.get(_HOURS, access=Permission.SETTINGS_VIEW, summary="Get a client's opening hours")
def get_hours(tenant_id: UUID, request: Request) -> Answer[WeekShown]:
    services, _ = asked(request)
    with services.database.work(scope_for(request, tenant_id, reason="show hours")) as work:
        tenant = services.tenants.get(work, tenant_id)
        hours = services.calendar.week(work, tenant_id)
    shown = [IntervalShown.model_validate(interval) for interval in hours]
    return Answer(data=WeekShown(timezone=tenant.timezone, hours=shown))


@routes.put(_HOURS, access=Permission.SETTINGS_EDIT, summary="Replace a client's opening hours")
def put_hours(tenant_id: UUID, body: Week, request: Request) -> Answer[WeekShown]:
    services, _ = asked(request)
    week = [OpeningHours(**interval.model_dump()) for interval in body.hours]
    with services.database.work(scope_for(request, tenant_id, reason="change hours")) as work:
        services.calendar.put_week(work, tenant_id, hours=week)
        tenant = services.tenants.get(work, tenant_id)
        hours = services.calendar.week(work, tenant_id)
    shown = [IntervalShown.model_validate(interval) for interval in hours]
    return Answer(data=WeekShown(timezone=tenant.timezone, hours=shown))


@routes.get(
    _HOLIDAYS, access=Permission.SETTINGS_VIEW, summary="List a client's holidays", lists=HOLIDAYS
)
def list_holidays(tenant_id: UUID, request: Request) -> Listing[HolidayShown]:
    services, _ = asked(request)
    wanted = list_query(request, HOLIDAYS)
    with services.database.work(scope_for(request, tenant_id, reason="list holidays")) as work:
        page = services.calendar.page(work, tenant_id, wanted=wanted)
    return Listing(
        data=[HolidayShown.model_validate(holiday) for holiday in page.items],
        meta=page_meta(page, wanted),
    )


@routes.post(_HOLIDAYS, access=Permission.SETTINGS_EDIT, summary="Add a holiday", status=201)
def add_holiday(tenant_id: UUID, body: HolidayGiven, request: Request) -> Answer[HolidayShown]:
    services, _ = asked(request)
    with services.database.work(scope_for(request, tenant_id, reason="add holiday")) as work:
        holiday = services.calendar.add(work, tenant_id, new=Holiday(**body.model_dump()))
    tag(request, holiday)
    return Answer(data=HolidayShown.model_validate(holiday))


@routes.get(_HOLIDAY, access=Permission.SETTINGS_VIEW, summary="Get a holiday")
def get_holiday(tenant_id: UUID, holiday_id: UUID, request: Request) -> Answer[HolidayShown]:
    services, _ = asked(request)
    with services.database.work(scope_for(request, tenant_id, reason="show holiday")) as work:
        holiday = services.calendar.get(work, tenant_id, holiday_id=holiday_id)
    tag(request, holiday)
    return Answer(data=HolidayShown.model_validate(holiday))


@routes.patch(_HOLIDAY, access=Permission.SETTINGS_EDIT, summary="Change a holiday")
def change_holiday(
    tenant_id: UUID, holiday_id: UUID, body: HolidayChanged, request: Request
) -> Answer[HolidayShown]:
    services, _ = asked(request)
    with services.database.work(scope_for(request, tenant_id, reason="change holiday")) as work:
        kept = services.calendar.get(work, tenant_id, holiday_id=holiday_id)
        holiday = services.calendar.change(
            work, kept, changes=body.changes(), expected=expected(request)
        )
    tag(request, holiday)
    return Answer(data=HolidayShown.model_validate(holiday))


@routes.delete(_HOLIDAY, access=Permission.SETTINGS_EDIT, summary="Delete a holiday")
def delete_holiday(tenant_id: UUID, holiday_id: UUID, request: Request) -> Response[None]:
    services, _ = asked(request)
    with services.database.work(scope_for(request, tenant_id, reason="delete holiday")) as work:
        kept = services.calendar.get(work, tenant_id, holiday_id=holiday_id)
        services.calendar.delete(work, kept, expected=expected(request))
    return Response(status_code=204)
