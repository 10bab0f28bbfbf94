"""Webhooks that we send: the events there are, who listens, and what became of what was sent."""

from functools import cache
from typing import cast
from uuid import UUID

from aws_lambda_powertools.event_handler import Request, Response
from pydantic import JsonValue

from aiconnected.auth.permissions import Permission
from aiconnected.contracts.catalogue import EVENTS
from aiconnected.kit.errors import NotFound
from aiconnected.webhooks.models import DELIVERIES, ENDPOINTS, NewEndpoint
from chalicelib.clients import TenantMissing, making_scope, owner
from chalicelib.routing import Access, Routes, asked, expected, list_query, tag
from chalicelib.schemas.envelopes import Answer, Listing, page_meta
from chalicelib.schemas.webhooks import (
    AttemptShown,
    DeliveryShown,
    DeliveryWithBodies,
    EndpointChanged,
    EndpointGiven,
    EndpointShown,
    EndpointWithSecret,
    EventShown,
    Replayed,
    ReplayGiven,
    TestGiven,
)

routes = Routes("webhooks")
_ALL = "/api/v1/webhooks/endpoints"
_ONE = _ALL + "/{endpoint_id}"
_DELIVERIES = _ONE + "/deliveries"
_DELIVERY = _DELIVERIES + "/{delivery_id}"


@routes.get("/api/v1/webhooks/events", access=Access.SIGNED_IN, summary="The catalogue of events")
def list_events() -> Answer[list[EventShown]]:
    return Answer(data=_catalogue())


@cache
def _catalogue() -> list[EventShown]:
    return [
        EventShown(
            type=event.TYPE,
            description=(event.__doc__ or "").strip(),
            data_schema=cast("dict[str, JsonValue]", event.model_json_schema()),
        )
        for event in EVENTS
    ]


@routes.get(_ALL, access=Permission.WEBHOOKS_VIEW, summary="List endpoints", lists=ENDPOINTS)
def list_endpoints(request: Request) -> Listing[EndpointShown]:
    services, principal = asked(request)
    wanted = list_query(request, ENDPOINTS)
    with services.database.work(principal.scope(reason="list webhook endpoints")) as work:
        page = services.webhooks.page(work, wanted)
    return Listing(
        data=[EndpointShown.model_validate(endpoint) for endpoint in page.items],
        meta=page_meta(page, wanted),
    )


@routes.post(_ALL, access=Permission.WEBHOOKS_MANAGE, summary="Make an endpoint", status=201)
def add_endpoint(body: EndpointGiven, request: Request) -> Answer[EndpointWithSecret]:
    services, principal = asked(request)
    tenant_id = body.tenant_id or principal.tenant_id
    agency_id, scope = principal.agency_id, principal.scope(reason="make webhook endpoint")
    if tenant_id is not None or agency_id is None:
        scope, tenant_id = making_scope(request, tenant_id, reason="make webhook endpoint")
    with services.database.work(scope) as work:
        if tenant_id is not None:
            agency_id = owner(request, work, tenant_id=tenant_id).agency_id
        if agency_id is None:
            raise TenantMissing
        new = NewEndpoint(
            agency_id=agency_id,
            tenant_id=tenant_id,
            url=body.url,
            event_types=[str(name) for name in dict.fromkeys(body.event_types)],
            description=body.description,
        )
        made = services.webhooks.add(work, new)
    tag(request, made.endpoint)
    shown = EndpointShown.model_validate(made.endpoint).model_dump()
    return Answer(data=EndpointWithSecret(**shown, secret=made.secret))


@routes.get(_ONE, access=Permission.WEBHOOKS_VIEW, summary="Get an endpoint")
def get_endpoint(endpoint_id: UUID, request: Request) -> Answer[EndpointShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show webhook endpoint")) as work:
        endpoint = services.webhooks.get(work, endpoint_id)
    tag(request, endpoint)
    return Answer(data=EndpointShown.model_validate(endpoint))


@routes.patch(_ONE, access=Permission.WEBHOOKS_MANAGE, summary="Change, pause or resume")
def change_endpoint(
    endpoint_id: UUID, body: EndpointChanged, request: Request
) -> Answer[EndpointShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="change webhook endpoint")) as work:
        endpoint = services.webhooks.change(
            work, endpoint_id, changes=body.changes(), expected=expected(request)
        )
    tag(request, endpoint)
    return Answer(data=EndpointShown.model_validate(endpoint))


@routes.delete(_ONE, access=Permission.WEBHOOKS_MANAGE, summary="Delete an endpoint")
def delete_endpoint(endpoint_id: UUID, request: Request) -> Response[None]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="delete webhook endpoint")) as work:
        services.webhooks.delete(work, endpoint_id, expected=expected(request))
    return Response(status_code=204)


@routes.post(
    _ONE + "/rotate-secret",
    access=Permission.WEBHOOKS_MANAGE,
    summary="Another secret; the old one signs too for 24 hours",
)
def rotate_secret(endpoint_id: UUID, request: Request) -> Answer[EndpointWithSecret]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="rotate webhook secret")) as work:
        made = services.webhooks.rotate(work, endpoint_id)
    tag(request, made.endpoint)
    shown = EndpointShown.model_validate(made.endpoint).model_dump()
    return Answer(data=EndpointWithSecret(**shown, secret=made.secret))


@routes.post(
    _ONE + "/test", access=Permission.WEBHOOKS_MANAGE, summary="Send a test event", status=202
)
def test_endpoint(endpoint_id: UUID, body: TestGiven, request: Request) -> Answer[DeliveryShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="test webhook endpoint")) as work:
        endpoint = services.webhooks.get(work, endpoint_id)
        tenant_id = body.tenant_id or endpoint.tenant_id or principal.tenant_id
        if tenant_id is None:
            raise TenantMissing
        at = owner(request, work, tenant_id=tenant_id)
        if at.agency_id != endpoint.agency_id or endpoint.tenant_id not in {None, tenant_id}:
            raise NotFound("The endpoint does not hear of such a client.")
        delivery = services.webhook_log.test(work, endpoint, tenant_id=tenant_id)
    services.webhook_sender.announce([delivery])
    return Answer(data=DeliveryShown.model_validate(delivery))


@routes.get(
    _DELIVERIES, access=Permission.WEBHOOKS_VIEW, summary="List deliveries", lists=DELIVERIES
)
def list_deliveries(endpoint_id: UUID, request: Request) -> Listing[DeliveryShown]:
    services, principal = asked(request)
    wanted = list_query(request, DELIVERIES)
    with services.database.work(principal.scope(reason="list webhook deliveries")) as work:
        services.webhooks.get(work, endpoint_id)
        page = services.webhook_log.page(work, endpoint_id, wanted=wanted)
    return Listing(
        data=[DeliveryShown.model_validate(delivery) for delivery in page.items],
        meta=page_meta(page, wanted),
    )


@routes.get(_DELIVERY, access=Permission.WEBHOOKS_VIEW, summary="Get a delivery with its bodies")
def get_delivery(
    endpoint_id: UUID, delivery_id: UUID, request: Request
) -> Answer[DeliveryWithBodies]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show webhook delivery")) as work:
        services.webhooks.get(work, endpoint_id)
        delivery = services.webhook_log.get(work, endpoint_id, delivery_id=delivery_id)
        tries = services.webhook_log.attempts(work, delivery)
    shown = DeliveryShown.model_validate(delivery).model_dump()
    return Answer(
        data=DeliveryWithBodies(
            **shown,
            payload=cast("dict[str, JsonValue]", delivery.payload),
            tries=[AttemptShown.model_validate(one) for one in tries],
        )
    )


@routes.post(
    _DELIVERY + "/replay",
    access=Permission.WEBHOOKS_MANAGE,
    summary="Send a delivery once more",
    status=202,
)
def replay_delivery(
    endpoint_id: UUID, delivery_id: UUID, request: Request
) -> Answer[DeliveryShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="replay webhook delivery")) as work:
        endpoint = services.webhooks.get(work, endpoint_id)
        delivery = services.webhook_log.replay(work, endpoint, delivery_id=delivery_id)
    services.webhook_sender.announce([delivery])
    return Answer(data=DeliveryShown.model_validate(delivery))


@routes.post(
    _ONE + "/replay",
    access=Permission.WEBHOOKS_MANAGE,
    summary="Send once more what came about in a time: 1,000 deliveries at most",
    status=202,
)
def replay_deliveries(endpoint_id: UUID, body: ReplayGiven, request: Request) -> Answer[Replayed]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="replay webhook deliveries")) as work:
        count = services.webhook_log.replay_many(
            work,
            services.webhooks.get(work, endpoint_id),
            status=body.status,
            since=body.since,
            until=body.until or services.clock.now(),
        )
    return Answer(data=Replayed(count=count))
