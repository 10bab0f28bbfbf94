"""Carrying out TwiML: fetch a document, do its verbs in order, follow where they lead."""

import asyncio
import time

from infra.local.vendors.twilio import fields
from infra.local.vendors.twilio.dialling import dial
from infra.local.vendors.twilio.errors import INVALID_CONTENT_TYPE, CallError
from infra.local.vendors.twilio.faulting import WEBHOOK
from infra.local.vendors.twilio.line import play_all
from infra.local.vendors.twilio.media import StreamResult
from infra.local.vendors.twilio.model import CallStatus, Target
from infra.local.vendors.twilio.session import Document, Ending, Session
from infra.local.vendors.twilio.twiml import (
    Connect,
    Dial,
    Hangup,
    Pause,
    Redirect,
    Reject,
    Say,
    Verb,
)
from infra.local.vendors.twilio.twiml_reader import parse

XML = frozenset({"text/xml", "application/xml"})


async def perform(session: Session, document: Document) -> Ending:
    """Do a document and all it leads to; raises CallError where that is impossible."""
    while True:
        verbs = await _fetch(session, document)
        for verb in verbs:
            outcome = await _do(session, verb)
            if isinstance(outcome, Ending):
                return outcome
            if outcome is not None:
                document = outcome
                break
        else:
            await session.answer()
            return Ending(reason="end-of-twiml")


async def _fetch(session: Session, document: Document) -> tuple[Verb, ...]:
    if document.target is None:
        return parse(document.text.encode(), url="")
    call, exchange = session.call, session.exchange
    request, answer = await exchange.webhooks.send(
        document.target, fields.of_call(call) | dict(document.extra), call=call, route=WEBHOOK
    )
    exchange.voice_requests.setdefault(call.sid, request)
    if answer.content_type not in XML:
        text = f"content type {answer.content_type} is not TwiML"
        raise CallError(INVALID_CONTENT_TYPE, text, url=request.url)
    return parse(answer.body, url=request.url)


async def _do(session: Session, verb: Verb) -> Ending | Document | None:
    """Do one verb; None: go on with the next one."""
    if not isinstance(verb, Reject | Pause | Redirect):
        await session.answer()
    match verb:
        case Connect():
            return await _connect(session, verb)
        case Dial():
            return await dial(session, verb)
        case Say():
            return await _say(session, verb)
        case Pause():
            await asyncio.sleep(verb.length)
            return None
        case Redirect():
            return Document(target=verb.target)
        case Hangup():
            return Ending(reason="twiml-hangup")
        case Reject():
            return _reject(session, verb)


def _reject(session: Session, verb: Reject) -> Ending:
    if session.call.answered_at is not None:
        return Ending(reason="twiml-hangup")
    busy = verb.reason == "busy"
    return Ending(reason="rejected", status=CallStatus.BUSY if busy else CallStatus.NO_ANSWER)


async def _say(session: Session, verb: Say) -> None:
    session.exchange.record(session.call, "say", text=verb.text)
    audio = await session.spoken(verb.text)
    for _ in range(verb.loop):
        await play_all(session.line, audio, clock=time.monotonic)


async def _connect(session: Session, verb: Connect) -> Document | None:
    call, exchange = session.call, session.exchange
    stream = exchange.stream(call, session.line, url=verb.url, parameters=verb.parameters)
    exchange.streams[call.sid] = stream
    started = time.monotonic()
    _stream_event(session, verb, event="stream-started", sid=stream.sid)
    try:
        result = await stream.run()
    finally:
        del exchange.streams[call.sid]
        _stream_event(session, verb, event="stream-stopped", sid=stream.sid)
    if result.code:
        exchange.record(call, "error", code=result.code, reason=result.text, url=verb.url)
    if verb.action is None:
        return None
    return Document(target=verb.action, extra=_stream_extra(stream.sid, result, started=started))


def _stream_extra(sid: str, result: StreamResult, *, started: float) -> tuple[tuple[str, str], ...]:
    """What `<Connect action>` is told about the stream beyond the standard fields."""
    extra = [("StreamSid", sid), ("StreamDuration", str(round(time.monotonic() - started)))]
    if result.code:
        extra += [("StreamErrorCode", str(result.code)), ("StreamError", result.text)]
    return tuple(extra)


def _stream_event(session: Session, verb: Connect, *, event: str, sid: str) -> None:
    """Stream status callbacks; they are sent beside the call and their failure is not the
    call's.
    """
    if verb.status_callback is None:
        return
    about = fields.of_call(session.call) | {
        "StreamSid": sid,
        "StreamEvent": event,
        "StreamName": verb.name or sid,
    }
    session.exchange.tasks.start(_send_stream_event(session, verb.status_callback, about=about))


async def _send_stream_event(session: Session, target: Target, *, about: dict[str, str]) -> None:
    try:
        await session.exchange.webhooks.send(target, about, call=session.call, route="/stream")
    except CallError as exc:
        session.exchange.record(session.call, "status.failed", code=exc.code)
