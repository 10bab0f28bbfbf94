"""Twilio's webhooks: an incoming call, the end of its media stream, and its status."""

from collections.abc import Callable
from uuid import UUID

from aws_lambda_powertools.event_handler import Request, Response

from aiconnected.calls.ports import CALL
from aiconnected.kit.errors import AppError
from chalicelib.observability import logger, metrics
from chalicelib.routing import Access, Pace, Routes, exchange_of, proxy_event
from chalicelib.twilio import answers, twiml
from chalicelib.twilio.forms import TwilioForm

routes = Routes("webhooks", pace=Pace.FREE)


@routes.post(answers.VOICE, access=Access.PUBLIC, summary="A call comes in (TwiML)")
@routes.post("/api/twilio/incoming", access=Access.PUBLIC, summary="Alias", listed=False)
def voice(request: Request) -> Response[str]:
    form = _form(request)
    return _spoken(lambda: _answers(request).voice(form), form)


@routes.post(answers.AFTER, access=Access.PUBLIC, summary="What follows a stream or a dial (TwiML)")
def after(request: Request) -> Response[str]:
    form = _form(request)
    return _spoken(lambda: _answers(request).after(form), form)


@routes.post(
    answers.OUTBOUND, access=Access.PUBLIC, summary="A call that we placed is answered (TwiML)"
)
@routes.post("/api/twilio/outbound-connect", access=Access.PUBLIC, summary="Alias", listed=False)
def outbound(request: Request) -> Response[str]:
    form = _form(request)
    call_id = _placed(request)
    if call_id is None:
        return _spoken(lambda: twiml.hang_up(last=answers.UNAVAILABLE), form)
    return _spoken(lambda: _answers(request).outbound(form, call_id=call_id), form)


@routes.post(answers.STATUS, access=Access.PUBLIC, summary="Where a call stands", status=204)
@routes.post("/api/twilio/status", access=Access.PUBLIC, summary="Alias", listed=False)
def status(request: Request) -> Response[None]:
    form = _form(request)
    _answers(request).status(form, call_id=_placed(request))
    return Response(status_code=204)


def _placed(request: Request) -> UUID | None:
    """The call that we placed, as the address names it that the carrier was given."""
    given = proxy_event(request).query_string_parameters or {}
    try:
        return UUID(given.get(CALL, ""))
    except ValueError:
        return None


def _answers(request: Request) -> answers.TwilioAnswers:
    return answers.TwilioAnswers(exchange_of(request).services)


def _form(request: Request) -> TwilioForm:
    settings = exchange_of(request).services.settings
    return TwilioForm.read(
        proxy_event(request),
        origin=settings.public_api_url,
        auth_token=settings.twilio_auth_token.get_secret_value(),
    )


def _spoken(answer: Callable[[], str], form: TwilioForm) -> Response[str]:
    """The answer, or an apology: at a 500 Twilio would speak its own error, or say nothing."""
    try:
        document = answer()
    except AppError as exc:
        logger.warning(
            "caller apologised to", extra={"external_id": form.call_sid, "code": exc.error_code}
        )
        document = _apology()
    except Exception:  # noqa: BLE001 -- process boundary: whatever the bug, somebody is on the line
        logger.exception("caller apologised to", extra={"external_id": form.call_sid})
        document = _apology()
    return Response(status_code=200, content_type=twiml.CONTENT_TYPE, body=document)


def _apology() -> str:
    metrics.add_metric("CallersApologisedTo", "Count", 1)
    return twiml.hang_up(last=answers.UNAVAILABLE)
