"""What vendors sent and could not be worked on: listed, shown and replayed by the platform."""

from uuid import UUID

from aws_lambda_powertools.event_handler import Request

from aiconnected.auth.permissions import Permission
from aiconnected.received.models import RECEIVED_EVENTS
from chalicelib.routing import Routes, asked, list_query
from chalicelib.schemas.envelopes import Answer, Listing, page_meta
from chalicelib.schemas.received import ReceivedShown, ReceivedWithBody

routes = Routes("received events")
_ALL = "/api/v1/received-events"
_ONE = _ALL + "/{received_event_id}"


@routes.get(
    _ALL, access=Permission.EVENTS_VIEW, summary="List received events", lists=RECEIVED_EVENTS
)
def list_received(request: Request) -> Listing[ReceivedShown]:
    services, principal = asked(request)
    wanted = list_query(request, RECEIVED_EVENTS)
    with services.database.work(principal.scope(reason="list received events")) as work:
        page = services.inbox.page(work, wanted)
    return Listing(
        data=[ReceivedShown.model_validate(event) for event in page.items],
        meta=page_meta(page, wanted),
    )


@routes.get(_ONE, access=Permission.EVENTS_VIEW, summary="Get a received event with its body")
def get_received(received_event_id: UUID, request: Request) -> Answer[ReceivedWithBody]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show received event")) as work:
        event = services.inbox.get(work, received_event_id)
    return Answer(data=ReceivedWithBody.model_validate(event))


@routes.post(
    _ONE + "/replay",
    access=Permission.EVENTS_REPLAY,
    summary="Work off once more what was given up",
    status=202,
)
def replay_received(received_event_id: UUID, request: Request) -> Answer[ReceivedShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="replay received event")) as work:
        event = services.inbox.replay(work, received_event_id)
    services.relay_soon()
    return Answer(data=ReceivedShown.model_validate(event))
