"""Appointments with a client's customers, and the times on offer for them (V8, V15)."""

from uuid import UUID

from aws_lambda_powertools.event_handler import Request, Response

from aiconnected.appointments.models import APPOINTMENTS, SLOTS, NewAppointment, NewSlot
from aiconnected.auth.permissions import Permission
from chalicelib.clients import list_scope, making_scope, owner
from chalicelib.routing import Routes, asked, expected, list_query, tag
from chalicelib.schemas.appointments import (
    AppointmentChanged,
    AppointmentGiven,
    AppointmentShown,
    SlotGiven,
    SlotShown,
)
from chalicelib.schemas.envelopes import Answer, Listing, page_meta

routes = Routes("appointments")
_APPOINTMENTS = "/api/v1/appointments"
_APPOINTMENT = _APPOINTMENTS + "/{appointment_id}"
_SLOTS = "/api/v1/appointment-slots"
_SLOT = _SLOTS + "/{slot_id}"


@routes.get(
    _APPOINTMENTS, access=Permission.CALLS_VIEW, summary="List appointments", lists=APPOINTMENTS
)
def list_appointments(request: Request) -> Listing[AppointmentShown]:
    services, _ = asked(request)
    wanted = list_query(request, APPOINTMENTS)
    with services.database.work(list_scope(request, wanted, reason="list appointments")) as work:
        page = services.appointments.page(work, wanted)
    return Listing(
        data=[AppointmentShown.model_validate(each) for each in page.items],
        meta=page_meta(page, wanted),
    )


@routes.post(_APPOINTMENTS, access=Permission.CALLS_CREATE, summary="Book a time", status=201)
def add_appointment(body: AppointmentGiven, request: Request) -> Answer[AppointmentShown]:
    services, _ = asked(request)
    scope, tenant_id = making_scope(request, body.tenant_id, reason="book appointment")
    new = NewAppointment(**body.model_dump(exclude={"tenant_id"}, exclude_none=True))
    with services.database.work(scope) as work:
        whose = owner(request, work, tenant_id=tenant_id)
        appointment = services.appointments.add(work, whose.tenant_id, new=new)
    tag(request, appointment)
    return Answer(data=AppointmentShown.model_validate(appointment))


@routes.get(_APPOINTMENT, access=Permission.CALLS_VIEW, summary="Get an appointment")
def get_appointment(appointment_id: UUID, request: Request) -> Answer[AppointmentShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show appointment")) as work:
        appointment = services.appointments.get(work, appointment_id)
    tag(request, appointment)
    return Answer(data=AppointmentShown.model_validate(appointment))


@routes.patch(
    _APPOINTMENT,
    access=Permission.CALLS_CREATE,
    summary="Move an appointment, or tell what became of it",
)
def change_appointment(
    appointment_id: UUID, body: AppointmentChanged, request: Request
) -> Answer[AppointmentShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="change appointment")) as work:
        appointment = services.appointments.change(
            work, appointment_id, changes=body.changes(), expected=expected(request)
        )
    tag(request, appointment)
    return Answer(data=AppointmentShown.model_validate(appointment))


@routes.delete(_APPOINTMENT, access=Permission.CALLS_CREATE, summary="Cancel an appointment")
def cancel_appointment(appointment_id: UUID, request: Request) -> Response[None]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="cancel appointment")) as work:
        services.appointments.cancel(work, appointment_id, expected=expected(request))
    return Response(status_code=204)


@routes.get(_SLOTS, access=Permission.SETTINGS_VIEW, summary="List times on offer", lists=SLOTS)
def list_slots(request: Request) -> Listing[SlotShown]:
    services, _ = asked(request)
    wanted = list_query(request, SLOTS)
    with services.database.work(list_scope(request, wanted, reason="list slots")) as work:
        page = services.slots.page(work, wanted)
    return Listing(
        data=[SlotShown.model_validate(each) for each in page.items],
        meta=page_meta(page, wanted),
    )


@routes.post(_SLOTS, access=Permission.SETTINGS_EDIT, summary="Offer a time", status=201)
def offer_slot(body: SlotGiven, request: Request) -> Answer[SlotShown]:
    services, _ = asked(request)
    scope, tenant_id = making_scope(request, body.tenant_id, reason="offer slot")
    new = NewSlot(**body.model_dump(exclude={"tenant_id"}))
    with services.database.work(scope) as work:
        slot = services.slots.offer(work, owner(request, work, tenant_id=tenant_id), new=new)
    return Answer(data=SlotShown.model_validate(slot))


@routes.get(_SLOT, access=Permission.SETTINGS_VIEW, summary="Get a time on offer")
def get_slot(slot_id: UUID, request: Request) -> Answer[SlotShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show slot")) as work:
        slot = services.slots.get(work, slot_id)
    return Answer(data=SlotShown.model_validate(slot))


@routes.delete(_SLOT, access=Permission.SETTINGS_EDIT, summary="Withdraw a time on offer")
def withdraw_slot(slot_id: UUID, request: Request) -> Response[None]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="withdraw slot")) as work:
        services.slots.withdraw(work, slot_id)
    return Response(status_code=204)
