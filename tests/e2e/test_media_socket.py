"""Media sockets that must not be, or do not speak the protocol: closed for a reason that is logged.

The carrier then asks what follows, and the caller reaches the client's own telephone.
"""

import base64
import json

import pytest

from tests.e2e.abreast import abreast
from tests.e2e.calling import PROMISE, Caller, calling
from tests.e2e.conftest import Stage
from tests.e2e.own_carrier import MULAW, OwnCarrier

pytestmark = pytest.mark.e2e

POLICY = 1008  # RFC 6455 §7.4.1: "received a message that violates its policy"
START_SECONDS = 3.0  # tests/fixtures/stack.py
_FRAME = base64.b64encode(b"\xff" * 160).decode()


# -------------------------------------------------------------------------------- who may come in


@abreast()
async def test_a_media_socket_without_a_ticket_is_closed(stage: Stage) -> None:
    await _is_closed(stage, "", reason="ticket")


@abreast()
async def test_a_media_socket_with_a_garbled_ticket_is_closed(stage: Stage) -> None:
    await _is_closed(stage, "local.bm8gc3VjaCBjYWxs.bm8gc2lnbmF0dXJl", reason="ticket")


@abreast()
async def test_a_media_socket_with_an_expired_ticket_is_closed(stage: Stage) -> None:
    carrier = OwnCarrier(stack=stage.stack, client=stage.practice)
    await carrier.webhook("voice")
    await stage.stack.rows(
        "UPDATE calls SET ticket_expires_at = date_trunc('second', now() - interval '1 minute')"
        " WHERE external_call_id = %(sid)s",
        sid=carrier.sid,
    )
    expired = (await carrier.webhook("voice")).ticket
    await _is_closed(stage, expired, reason="expired", carrier=carrier)
    assert (await carrier.webhook("after")).dials == stage.practice.own_phone


@abreast()
async def test_a_media_socket_with_another_calls_ticket_is_closed(stage: Stage) -> None:
    carrier = OwnCarrier(stack=stage.stack, client=stage.practice)
    ticket = (await carrier.webhook("voice")).ticket
    other = OwnCarrier(stack=stage.stack, client=stage.practice)
    await _is_closed(stage, ticket, reason="another call", carrier=other)
    async with carrier.media() as media:  # whose call it is may still use it
        await media.send("start", **carrier.start(ticket))
        assert await media.spoken_to(within=5)


@abreast()
async def test_the_caller_whose_ticket_was_used_by_another_reaches_the_clients_own_phone(
    stage: Stage,
) -> None:
    number = "+19175551201"
    match = {"api_key": number, "route": "/media"}
    async with (
        stage.stack.fault("twilio", match=match, kind="delay", at="accept", ms=2500),
        calling(stage.stack, stage.practice, number=number) as caller,
    ):
        await caller.is_announced()
        replay = await stage.stack.tell("twilio", "/replay", call_sid=caller.sid)
        thief = OwnCarrier(stack=stage.stack, client=stage.practice, sid=caller.sid)
        ticket = (await thief.webhook("voice", From=number)).ticket
        assert ticket in replay["body"]
        async with thief.media() as media:
            await media.send("connected", protocol="Call", version="1.0.0")
            await media.send("start", **thief.start(ticket))
            await caller.reaches_own_phone(within=20)
    assert "ticket has been used" in stage.stack.log("realtime")


@abreast()
async def test_a_media_socket_that_says_nothing_is_closed_in_time(stage: Stage) -> None:
    carrier = OwnCarrier(stack=stage.stack, client=stage.practice)
    async with carrier.media() as media:
        await media.send("connected", protocol="Call", version="1.0.0")
        assert await media.closed(within=START_SECONDS + 2) == POLICY
    assert "TimeoutError" in stage.stack.log("realtime")


@abreast()
async def test_a_media_socket_with_another_encoding_is_closed(stage: Stage) -> None:
    carrier = OwnCarrier(stack=stage.stack, client=stage.practice)
    ticket = (await carrier.webhook("voice")).ticket
    linear = MULAW | {"encoding": "audio/l16", "sampleRate": 16000}
    async with carrier.media() as media:
        await media.send("start", **carrier.start(ticket, media_format=linear))
        assert await media.closed(within=5) == POLICY
    assert "media format is not mono mu-law at 8 kHz" in stage.stack.log("realtime")
    assert (await carrier.webhook("after")).dials == stage.practice.own_phone


@abreast()
async def test_a_media_socket_that_begins_with_audio_is_closed(stage: Stage) -> None:
    carrier = OwnCarrier(stack=stage.stack, client=stage.practice)
    async with carrier.media() as media:
        await media.send("media", media={"payload": _FRAME, "timestamp": "0"})
        assert await media.closed(within=5) == POLICY
    assert "media before start" in stage.stack.log("realtime")


# ---------------------------------------------------------------------------------- in mid-call


@abreast()
async def test_a_few_broken_messages_do_not_break_a_call(stage: Stage) -> None:
    async with calling(stage.stack, stage.practice) as caller:
        await caller.greeted()
        await _inject(caller, text="{not json", count=3)
        await _inject(caller, text=_media("*** no base64 ***"), count=3)
        await caller.goes_on()
    await caller.tells_the_same(await caller.record())
    assert {"not JSON", "payload is not base64"} <= await caller.details()


@abreast()
async def test_a_stream_of_malformed_json_leads_to_the_clients_own_phone(stage: Stage) -> None:
    caller = await _breaks(stage, text="{not json", count=20)
    assert "not JSON" in await caller.details()


@abreast()
async def test_a_stream_of_bad_base64_leads_to_the_clients_own_phone(stage: Stage) -> None:
    caller = await _breaks(stage, text=_media("*** no base64 ***"), count=20)
    assert "payload is not base64" in await caller.details()


@abreast()
async def test_binary_messages_lead_to_the_clients_own_phone(stage: Stage) -> None:
    await _breaks(stage, binary_base64=base64.b64encode(b"\0" * 160).decode(), count=1)


@abreast()
async def test_a_flood_of_audio_leads_to_the_clients_own_phone(stage: Stage) -> None:
    await _breaks(stage, text=_media(_FRAME), count=3000)  # a minute's worth


@abreast()
async def test_a_message_too_large_leads_to_the_clients_own_phone(stage: Stage) -> None:
    await _breaks(stage, text=_media("A" * 200_000), count=1)


# ------------------------------------------------------------------------------------------ how


async def _is_closed(
    stage: Stage, ticket: str, *, reason: str, carrier: OwnCarrier | None = None
) -> None:
    carrier = carrier or OwnCarrier(stack=stage.stack, client=stage.practice)
    before = len(stage.stack.log("realtime"))
    async with carrier.media() as media:
        await media.send("connected", protocol="Call", version="1.0.0")
        await media.send("start", **carrier.start(ticket))
        assert await media.closed(within=5) == POLICY
    since = stage.stack.log("realtime")[before:].casefold()
    assert reason in since
    assert "traceback" not in since


async def _breaks(stage: Stage, **message: object) -> Caller:
    """Break the stream after the greeting: never silence, and a record that says what happened."""
    async with calling(stage.stack, stage.practice) as caller:
        await caller.greeted()
        await _inject(caller, **message)
        await caller.reaches_own_phone(within=PROMISE + 9)
    record = await caller.record()
    assert record.call.outcome == "failed"
    assert record.of("leg.ended")[0]["reason"] == "protocol_error"
    return caller


async def _inject(caller: Caller, **message: object) -> None:
    await caller.stack.tell("twilio", "/inject", call_sid=caller.sid, **message)


def _media(payload: str) -> str:
    return json.dumps({"event": "media", "media": {"payload": payload, "timestamp": "0"}})
