"""Calls: listed, shown with all that is kept of them, and ended."""

from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from aws_lambda_powertools.event_handler import Request
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import AwareDatetime

from aiconnected.auth.permissions import Permission
from aiconnected.calls.models import Direction
from aiconnected.calls.state import CallStatus
from aiconnected.calls.views import CallFilter
from aiconnected.contracts.commands import Command, CommandName
from aiconnected.kit.errors import ErrorCode, RuleBroken
from aiconnected.kit.ids import new_id
from aiconnected.kit.paging import DEFAULT_LIMIT, MAX_LIMIT, Cursor, PageRequest
from chalicelib import trail
from chalicelib.routing import Routes, asked
from chalicelib.schemas.calls import (
    CallDetailShown,
    CallShown,
    CommandShown,
    EventShown,
    RecordingShown,
    TurnShown,
)
from chalicelib.schemas.envelopes import Answer, Listing, Text, page_meta
from chalicelib.schemas.waterfalls import detailed, turn_shown

routes = Routes("calls")
# The owner hangs up within a second; the rest is the way there and back.
COMMAND_DEADLINE = timedelta(seconds=5)
_TICK = timedelta(microseconds=1)  # PostgreSQL's: at or before is before the next one


class CommandRefused(RuleBroken):
    """The call did not carry out the command."""


@routes.get("/api/v1/calls", access=Permission.CALLS_VIEW, summary="List calls, newest first")
def list_calls(  # noqa: PLR0917 -- one parameter a filter (PRD 16.2)
    request: Request,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
    offset: Annotated[int, Query(ge=0)] = 0,
    cursor: Annotated[Text | None, Query(max_length=200)] = None,
    sort: Literal["-initiated_at"] = "-initiated_at",  # noqa: ARG001 -- the only order there is
    tenant_id: UUID | None = None,
    status: CallStatus | None = None,
    direction: Direction | None = None,
    external_call_id: Annotated[Text | None, Query(max_length=255)] = None,
    from_number: Annotated[Text | None, Query(max_length=50)] = None,
    to_number: Annotated[Text | None, Query(max_length=50)] = None,
    since: Annotated[AwareDatetime | None, Query(alias="initiated_at[gte]")] = None,
    before: Annotated[AwareDatetime | None, Query(alias="initiated_at[lt]")] = None,
    until: Annotated[AwareDatetime | None, Query(alias="initiated_at[lte]")] = None,
) -> Listing[CallShown]:
    services, principal = asked(request)
    scope = principal.scope(reason="list calls", tenant_id=tenant_id)
    filters = CallFilter(
        status=status,
        direction=direction,
        external_call_id=external_call_id,
        from_number=from_number,
        to_number=to_number,
        since=since,
        until=_earliest(before, until and until + _TICK),
    )
    wanted = PageRequest(
        limit=limit, offset=offset, cursor=Cursor.decode(cursor) if cursor else None
    )
    with services.database.work(scope) as work:
        page = services.call_reader.page(work, tenant_id=tenant_id, filters=filters, request=wanted)
    return Listing(
        data=[CallShown.model_validate(call) for call in page.items],
        meta=page_meta(page, limit=limit, offset=offset),
    )


@routes.get("/api/v1/calls/{call_id}", access=Permission.CALLS_VIEW, summary="Get a call")
def get_call(call_id: UUID, request: Request) -> Answer[CallDetailShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show call")) as work:
        detail = services.call_reader.get(work, call_id)
        turns = services.call_reader.transcript(work, call_id)
    return Answer(data=detailed(detail, turns))


@routes.get(
    "/api/v1/calls/{call_id}/transcript", access=Permission.CALLS_VIEW, summary="What was said"
)
def get_transcript(call_id: UUID, request: Request) -> Answer[list[TurnShown]]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show transcript")) as work:
        turns = services.call_reader.transcript(work, call_id)
    return Answer(data=[turn_shown(turn) for turn in turns])


@routes.get("/api/v1/calls/{call_id}/events", access=Permission.CALLS_VIEW, summary="What happened")
def get_events(call_id: UUID, request: Request) -> Answer[list[EventShown]]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show events")) as work:
        events = services.call_reader.events(work, call_id)
    return Answer(data=[EventShown.model_validate(event) for event in events])


@routes.get(
    "/api/v1/calls/{call_id}/recording",
    access=Permission.CALLS_LISTEN,
    summary="A short-lived link to the call's audio",
)
def get_recording(call_id: UUID, request: Request) -> Answer[RecordingShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="listen to recording")) as work:
        link = services.call_reader.recording(work, call_id)
        call = services.call_reader.call(work, call_id)
        trail.record(services, work, action="call.listened_to", of=call)
    recording = link.recording
    return Answer(
        data=RecordingShown(
            url=link.url,
            expires_at=services.clock.now() + link.expires_in,
            duration_ms=recording.duration_ms,
            channels=recording.channels,
            content_type=recording.content_type,
        )
    )


@routes.post(
    "/api/v1/calls/{call_id}/hangup", access=Permission.CALLS_CONTROL, summary="End a live call"
)
def hang_up(call_id: UUID, request: Request) -> Answer[CommandShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="hang up call")) as work:
        call = services.call_reader.call(work, call_id)
        trail.record(services, work, action="call.hung_up", of=call)
    command = Command(
        id=new_id(),
        tenant_id=call.tenant_id,
        call_id=call_id,
        name=CommandName.HANG_UP,
        deadline=services.clock.now() + COMMAND_DEADLINE,
    )
    ack = services.commands.send(command)
    if not ack.ok:
        raise CommandRefused(code=_known(ack.code))
    return Answer(data=CommandShown(id=command.id, call_id=call_id, name=CommandName.HANG_UP.value))


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)


def _known(code: str) -> ErrorCode:
    """The owner's code, unless it comes from a later version."""
    try:
        return ErrorCode(code)
    except ValueError:
        return ErrorCode.BIZ_OPERATION_FAILED
