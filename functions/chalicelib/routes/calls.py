"""Calls: listed, shown with all that is kept of them, exported and removed (PRD 20)."""

from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler import Request, Response, content_types
from aws_lambda_powertools.event_handler.openapi.params import Query

from aiconnected.auth.permissions import Permission
from aiconnected.calls.exporting import TranscriptFormat, as_csv, as_text, as_vtt
from aiconnected.calls.lists import CALLS
from aiconnected.kit.csv_text import CONTENT_TYPE as CSV
from chalicelib import trail
from chalicelib.clients import list_scope
from chalicelib.routing import Routes, asked, exchange_of, list_query
from chalicelib.schemas.calls import (
    CallDetailShown,
    CallShown,
    EventShown,
    TurnShown,
)
from chalicelib.schemas.envelopes import Answer, Listing, page_meta
from chalicelib.schemas.recordings import RecordingLinkShown, link_shown
from chalicelib.schemas.waterfalls import detailed, turn_shown
from chalicelib.tables import attached, for_export

routes = Routes("calls")
_ALL = "/api/v1/calls"
_ONE = _ALL + "/{call_id}"


@routes.get(_ALL, access=Permission.CALLS_VIEW, summary="List calls", lists=CALLS)
def list_calls(request: Request) -> Listing[CallShown]:
    services, principal = asked(request)
    wanted = list_query(request, CALLS)
    with services.database.work(list_scope(request, wanted, reason="list calls")) as work:
        page = services.call_reader.page(work, wanted, with_money=principal.sees_money)
    return Listing(
        data=[CallShown.model_validate(call) for call in page.items],
        meta=page_meta(page, wanted),
    )


@routes.get(
    _ALL + "/export",
    access=Permission.CALLS_EXPORT,
    summary="Calls as CSV, ten thousand at a time; X-Next-Cursor leads on",
    lists=CALLS,
)
def export_calls(request: Request) -> Response[str]:
    services, principal = asked(request)
    wanted = for_export(list_query(request, CALLS))
    with services.database.work(list_scope(request, wanted, reason="export calls")) as work:
        page = services.call_reader.page(work, wanted, with_money=principal.sees_money)
        trail.exported(services, work, action="call.exported", count=len(page.items))
    if page.after is not None:
        exchange_of(request).answer_headers["X-Next-Cursor"] = page.after
    text = as_csv(page.items, with_money=principal.sees_money)
    return attached(text, name="calls.csv", content_type=CSV)


@routes.get(_ONE, access=Permission.CALLS_VIEW, summary="Get a call")
def get_call(call_id: UUID, request: Request) -> Answer[CallDetailShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show call")) as work:
        detail = services.call_reader.get(work, call_id, with_money=principal.sees_money)
        turns = services.call_reader.transcript(work, call_id)
    return Answer(data=detailed(detail, turns, to=principal))


@routes.delete(
    _ONE, access=Permission.CALLS_DELETE, summary="Take a call that is over out of every list"
)
def delete_call(call_id: UUID, request: Request) -> Response[None]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="delete call")) as work:
        services.call_remover.call(work, call_id)
    return Response(status_code=204)


@routes.get(_ONE + "/transcript", access=Permission.CALLS_VIEW, summary="What was said")
def get_transcript(call_id: UUID, request: Request) -> Answer[list[TurnShown]]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show transcript")) as work:
        call = services.call_reader.call(work, call_id)
        turns = services.call_reader.transcript(work, call_id)
        trail.record(services, work, action="call.transcript_read", of=call)
    return Answer(data=[turn_shown(turn) for turn in turns])


@routes.get(
    _ONE + "/transcript/export",
    access=Permission.CALLS_EXPORT,
    summary="What was said, as a file: JSON, plain text or captions",
)
def export_transcript(
    call_id: UUID,
    request: Request,
    given: Annotated[TranscriptFormat, Query(alias="format")] = TranscriptFormat.TEXT,
) -> Response[str]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="export transcript")) as work:
        call = services.call_reader.call(work, call_id)
        turns = services.call_reader.transcript(work, call_id)
        trail.record(services, work, action="call.transcript_exported", of=call)
    name = f"call-{call.initiated_at:%Y%m%d-%H%M%S}"
    match given:
        case TranscriptFormat.JSON:
            shown = Answer(data=[turn_shown(turn) for turn in turns]).model_dump_json()
            kind = content_types.APPLICATION_JSON
            return attached(shown, name=f"{name}.json", content_type=kind)
        case TranscriptFormat.VTT:
            return attached(as_vtt(turns), name=f"{name}.vtt", content_type="text/vtt")
        case TranscriptFormat.TEXT:
            text = "text/plain; charset=utf-8"
            return attached(as_text(turns), name=f"{name}.txt", content_type=text)


@routes.get(_ONE + "/events", access=Permission.CALLS_VIEW, summary="What happened")
def get_events(call_id: UUID, request: Request) -> Answer[list[EventShown]]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show events")) as work:
        events = services.call_reader.events(work, call_id)
    return Answer(data=[EventShown.model_validate(event) for event in events])


@routes.get(
    _ONE + "/recording",
    access=Permission.CALLS_LISTEN,
    summary="A short-lived link to the call's audio",
)
def get_recording(call_id: UUID, request: Request) -> Answer[RecordingLinkShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="listen to recording")) as work:
        link = services.call_reader.recording(work, call_id)
    return Answer(data=link_shown(link, now=services.clock.now()))


@routes.delete(
    _ONE + "/recording", access=Permission.RECORDINGS_DELETE, summary="Delete a call's audio"
)
def delete_recording(call_id: UUID, request: Request) -> Response[None]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="delete recording")) as work:
        services.call_remover.recording(work, call_id)
    return Response(status_code=204)
