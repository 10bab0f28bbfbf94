"""Stripe's webhooks: verified, stored and answered; a job takes them in."""

from aws_lambda_powertools.event_handler import Request, Response

from aiconnected.kit.errors import ErrorCode, Invalid
from chalicelib.declared import Access, Pace
from chalicelib.routing import Routes, exchange_of, proxy_event

routes = Routes("webhooks")


@routes.post(
    "/api/v1/webhooks/stripe",
    access=Access.PUBLIC,
    summary="Stripe's events",
    status=204,
    pace=Pace.FREE,
)
def stripe_event(request: Request) -> Response[None]:
    from aiconnected.billing.stripe_events import PROVIDER  # noqa: PLC0415 -- psycopg
    from aiconnected.billing.stripe_objects import read_event  # noqa: PLC0415
    from aiconnected.providers.stripe import verify  # noqa: PLC0415 -- slow
    from aiconnected.received.models import EventKey, NewEvent  # noqa: PLC0415

    services, event = exchange_of(request).services, proxy_event(request)
    payload = event.decoded_body or ""
    secrets = services.settings.stripe_webhook_secrets.get_secret_value().split(",")
    verify(payload, event.headers.get("stripe-signature", ""), secrets=[s for s in secrets if s])
    read = read_event(payload)
    if read is None:
        raise Invalid("This is not an event.", code=ErrorCode.VAL_INVALID_FORMAT)
    new = NewEvent(key=EventKey(provider=PROVIDER, event=read.id), kind=read.type, body=payload)
    if services.inbox.store(new):
        services.relay_soon()
    return Response(status_code=204)
