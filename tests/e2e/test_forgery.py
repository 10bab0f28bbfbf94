"""Forged requests are refused, repeated ones answered as the first time, and nothing more."""

import asyncio
import re

import pytest

from tests.e2e import clients
from tests.e2e.abreast import abreast
from tests.e2e.calling import calling
from tests.e2e.clients import Wanted
from tests.e2e.conftest import Stage
from tests.e2e.own_carrier import OwnCarrier

pytestmark = pytest.mark.e2e

_INNARDS = re.compile(r"Traceback|File \"|\.py\b|psycopg|redis", re.IGNORECASE)
_CALLS = "SELECT id FROM calls WHERE external_call_id = %(sid)s"


@abreast()
async def test_a_forged_webhook_is_refused_and_leaves_nothing(stage: Stage) -> None:
    carrier = OwnCarrier(stack=stage.stack, client=stage.practice)
    for name in ("voice", "after", "status"):
        answered = await carrier.webhook(name, forged=True)
        assert answered.status == 403
        assert "AUTH_SIGNATURE_INVALID" in answered.body
        assert not _INNARDS.search(answered.body)
    assert not await stage.stack.rows(_CALLS, sid=carrier.sid)


@abreast()
async def test_the_caller_of_a_forged_webhook_hears_the_carrier_and_not_silence(
    stage: Stage,
) -> None:
    number = "+19175551101"
    match = {"api_key": number, "route": "/webhook"}
    async with (
        stage.stack.fault("twilio", match=match, kind="error", at="accept", times=5),
        calling(stage.stack, stage.practice, number=number) as caller,
    ):
        began = await caller.telephone.answered()
        await caller.ended(within=15)
        heard = await caller.words(began)
    assert "application error" in heard.casefold()
    failed = [e for e in await caller.journal() if e["event"] == "webhook.failed"]
    assert "403" in failed[0]["reason"]
    assert not await stage.stack.rows(_CALLS, sid=caller.sid)


@abreast()
async def test_a_forged_media_socket_is_refused(stage: Stage) -> None:
    carrier = OwnCarrier(stack=stage.stack, client=stage.practice)
    answered = await carrier.refused(forged=True)
    assert answered.status == 403
    assert "AUTH_SIGNATURE_INVALID" in answered.body
    assert not _INNARDS.search(answered.body)


@abreast()
async def test_the_caller_of_a_forged_media_socket_reaches_the_clients_own_phone(
    stage: Stage,
) -> None:
    number = "+19175551102"
    match = {"api_key": number, "route": "/media"}
    async with (
        stage.stack.fault("twilio", match=match, kind="error", at="accept"),
        calling(stage.stack, stage.practice, number=number) as caller,
    ):
        await caller.reaches_own_phone()
    assert "media socket with a forged signature" in stage.stack.log("realtime")


@abreast()
async def test_a_webhook_that_comes_again_is_answered_byte_for_byte(stage: Stage) -> None:
    carrier = OwnCarrier(stack=stage.stack, client=stage.practice)
    first = await carrier.webhook("voice")
    assert first.ticket
    again = await asyncio.gather(*(carrier.webhook("voice") for _ in range(4)))
    assert all(answered == first for answered in again)
    assert len(await stage.stack.rows(_CALLS, sid=carrier.sid)) == 1
    await carrier.webhook("status", CallStatus="canceled")


@abreast()
async def test_a_webhook_sent_twice_at_once_opens_one_call_that_takes_one_seat(
    stage: Stage,
) -> None:
    client = await clients.make(stage.stack, Wanted())
    match = {"api_key": client.number, "route": "/webhook"}
    async with (
        stage.stack.fault("twilio", match=match, kind="duplicate", at="accept"),
        calling(stage.stack, client) as caller,
    ):
        await caller.greeted()
        (twice,) = [e for e in await caller.journal() if e["event"] == "webhook.duplicate"]
        assert twice["status"] == 200
        assert twice["same"]
        assert await stage.stack.seats(client.tenant_id) == 1
        answer = await caller.ask("questions/gift-cards")
        assert answer.began is not None
    assert len(await stage.stack.rows(_CALLS, sid=caller.sid)) == 1


@abreast()
async def test_a_webhook_replayed_in_mid_call_changes_nothing(stage: Stage) -> None:
    client = await clients.make(stage.stack, Wanted())
    async with calling(stage.stack, client) as caller:
        await caller.greeted()
        order = {"call_sid": caller.sid}
        replays = await asyncio.gather(
            *(stage.stack.tell("twilio", "/replay", **order) for _ in range(3))
        )
        assert {replay["status"] for replay in replays} == {200}
        assert len({replay["body"] for replay in replays}) == 1
        assert await stage.stack.seats(client.tenant_id) == 1
        answer = await caller.ask("questions/gift-cards")
        assert answer.began is not None
    assert len(await stage.stack.rows(_CALLS, sid=caller.sid)) == 1
