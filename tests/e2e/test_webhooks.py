"""Webhooks to a program of a client's: signed, whole, and sent again to who failed."""

import hashlib
import hmac
import json
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from tests.e2e import clients
from tests.e2e.abreast import abreast
from tests.e2e.calling import calling
from tests.e2e.clients import Wanted
from tests.e2e.conftest import Stage
from tests.e2e.person import signed_in
from tests.e2e.stackfacts import eventually

pytestmark = pytest.mark.e2e

_TOLD_WITHIN = 60.0  # seconds after the call: two jobs
_AGAIN_WITHIN = 150.0  # the first pause, and a schedule of a minute on a busy machine
_FRESH = 300  # seconds that a signature holds
_REFUSALS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A request as it came."""

    headers: dict[str, str]  # by lower-case name
    body: bytes

    @property
    def content(self) -> dict[str, Any]:
        """The event."""
        return json.loads(self.body)

    def is_signed(self, secret: str) -> bool:
        """Whether we sent it, just now: as the documentation tells receivers to check."""
        parts = [part.partition("=") for part in self.headers["x-voice-signature"].split(",")]
        moment = next(value for name, _, value in parts if name == "t")
        signed = moment.encode() + b"." + self.body
        expected = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
        fresh = abs(time.time() - int(moment)) < _FRESH
        return fresh and any(
            name == "v1" and hmac.compare_digest(value, expected) for name, _, value in parts
        )


@dataclass(slots=True)
class Receiver:
    """A program on this host that fails at first."""

    refusals: int
    url: str = ""
    hits: list[Hit] = field(default_factory=list[Hit])

    async def take(self, request: web.Request) -> web.Response:
        """Answer one webhook."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.hits.append(Hit(headers=headers, body=await request.read()))
        return web.Response(status=503 if len(self.hits) <= self.refusals else 204)

    async def hit(self, number: int, *, within: float) -> Hit:
        """The request of this number."""

        async def came() -> bool:
            return len(self.hits) >= number

        await eventually(came, within=within, what=f"webhook {number}", poll=0.25)
        return self.hits[number - 1]


@asynccontextmanager
async def receiving(*, refusals: int) -> AsyncGenerator[Receiver]:
    """A receiver that listens within the block."""
    receiver = Receiver(refusals)
    server = web.Application()
    server.router.add_post("/hook", receiver.take)
    runner = web.AppRunner(server, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    receiver.url = f"http://{host}:{port}/hook"
    try:
        yield receiver
    finally:
        await runner.cleanup()


@abreast()
async def test_a_completed_call_is_told_signed_and_whole_and_again_to_who_failed(
    stage: Stage,
) -> None:
    stack = stage.stack
    client = await clients.make(stack, Wanted(with_phone=False))
    manager = await signed_in(stack, client.user)
    async with receiving(refusals=_REFUSALS) as receiver:
        listens = ["call.completed"]
        made = await manager.post("/webhooks/endpoints", url=receiver.url, event_types=listens)
        endpoint = made.data
        async with calling(stack, client) as caller:
            await caller.greeted()
        shown = (await caller.record()).shown
        refused = await receiver.hit(1, within=_TOLD_WITHIN)
        taken = await receiver.hit(2, within=_AGAIN_WITHIN)
        path = f"/webhooks/endpoints/{endpoint['id']}/deliveries"

        async def is_delivered() -> bool:
            return (await manager.get(path)).data[0]["status"] == "succeeded"

        await eventually(is_delivered, within=10, what="the delivery is kept as succeeded")
        assert len(receiver.hits) == _REFUSALS + 1

    assert refused.is_signed(endpoint["secret"])
    assert taken.is_signed(endpoint["secret"])
    assert not taken.is_signed("whsec_of_somebody_else")
    assert refused.body == taken.body
    assert refused.headers["x-voice-delivery"] == taken.headers["x-voice-delivery"]
    assert taken.headers["x-voice-event"] == taken.content["type"] == "call.completed"
    assert taken.content["tenant_id"] == str(client.tenant_id)
    told = taken.content["data"]
    same = ("agent_id", "from_number", "to_number", "direction", "duration_ms", "answered_at")
    assert {name: told[name] for name in same} == {name: shown[name] for name in same}
    assert (told["call_id"], told["outcome"]) == (shown["id"], "completed")
    assert (told["started_at"], told["ended_at"]) == (shown["initiated_at"], shown["ended_at"])
    assert (told["from_number"], told["to_number"]) == (caller.number, client.number)
    # What it costs is between the agency and us: told neither here nor to the client's own people.
    assert (told["price_micros"], told["currency"], shown["price"]) == (None, None, None)
    [delivery] = (await manager.get(path)).data
    assert (delivery["attempts"], delivery["last_status"]) == (2, 204)
