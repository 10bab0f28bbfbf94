"""Recordings: found across calls, lent for a few minutes, deleted for good (PRD outline 19)."""

from uuid import UUID

from aws_lambda_powertools.event_handler import Request, Response

from aiconnected.auth.permissions import Permission
from aiconnected.recordings.models import RECORDINGS
from chalicelib.clients import list_scope
from chalicelib.routing import Routes, asked, list_query
from chalicelib.schemas.envelopes import Answer, Listing, page_meta
from chalicelib.schemas.recordings import RecordingLinkShown, RecordingShown, link_shown

routes = Routes("recordings")
_ALL = "/api/v1/recordings"
_ONE = _ALL + "/{recording_id}"


@routes.get(_ALL, access=Permission.CALLS_VIEW, summary="List recordings", lists=RECORDINGS)
def list_recordings(request: Request) -> Listing[RecordingShown]:
    services, _ = asked(request)
    wanted = list_query(request, RECORDINGS)
    with services.database.work(list_scope(request, wanted, reason="list recordings")) as work:
        page = services.recording_library.page(work, wanted)
    return Listing(
        data=[RecordingShown.model_validate(recording) for recording in page.items],
        meta=page_meta(page, wanted),
    )


@routes.get(_ONE, access=Permission.CALLS_VIEW, summary="Get what is known of a recording")
def get_recording(recording_id: UUID, request: Request) -> Answer[RecordingShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show recording")) as work:
        recording = services.recording_library.get(work, recording_id)
    return Answer(data=RecordingShown.model_validate(recording))


@routes.get(
    _ONE + "/link", access=Permission.CALLS_LISTEN, summary="A short-lived link to the audio"
)
def get_recording_link(recording_id: UUID, request: Request) -> Answer[RecordingLinkShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="listen to recording")) as work:
        recording = services.recording_library.get(work, recording_id)
        link = services.recording_library.lend(work, recording)
    return Answer(data=link_shown(link, now=services.clock.now()))


@routes.delete(_ONE, access=Permission.RECORDINGS_DELETE, summary="Delete a recording for good")
def delete_recording(recording_id: UUID, request: Request) -> Response[None]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="delete recording")) as work:
        recording = services.recording_library.get(work, recording_id)
        services.recording_library.delete(work, recording)
    return Response(status_code=204)
