"""Calls that do not reach the agent: the caller always hears where they are led instead."""

import pytest

from aiconnected.kit.ids import new_id
from infra.local.stack.carrier import CarrierAccount
from tests.e2e import clients
from tests.e2e.abreast import abreast
from tests.e2e.calling import Caller, calling
from tests.e2e.clients import Client, Wanted
from tests.e2e.conftest import Stage

pytestmark = pytest.mark.e2e


@abreast()
async def test_the_caller_of_a_number_of_nobody_hears_that_it_is_not_in_service(
    stage: Stage,
) -> None:
    number = "+16465559990"
    stack = stage.stack
    twilio = stack.description.twilio
    carrier = CarrierAccount(
        origin=stack.control("twilio"),
        account_sid=twilio.account_sid,
        auth_token=twilio.auth_token,
    )
    carrier.connect(number, api_url=stack.description.api_url)
    nobody = Client(
        agency_id=new_id(),
        tenant_id=new_id(),
        number=number,
        own_phone=number,
        tone_hz=400,
        user=stack.platform_user,
    )
    async with calling(stack, nobody) as caller:
        began = await caller.telephone.answered()
        ended = await caller.ended(within=12)
        heard = await caller.words(began)
    assert "not in service" in heard.casefold()
    assert ended.reason == "twiml-hangup"
    kept = await stack.rows("SELECT id FROM calls WHERE external_call_id = %(sid)s", sid=caller.sid)
    assert not kept


@abreast()
async def test_the_caller_of_a_suspended_client_reaches_its_own_phone(stage: Stage) -> None:
    client = await clients.make(stage.stack, Wanted())
    suspend = "UPDATE tenants SET status = 'suspended' WHERE id = %(tenant)s"
    await stage.stack.rows(suspend, tenant=client.tenant_id)
    async with calling(stage.stack, client) as caller:
        await caller.reaches_own_phone()
    again = "UPDATE tenants SET status = 'active' WHERE id = %(tenant)s"
    await stage.stack.rows(again, tenant=client.tenant_id)  # while it is not, nobody signs in
    assert await _refused_for(caller) == "tenant_suspended"


@abreast()
async def test_the_caller_of_a_suspended_client_without_a_phone_hears_an_apology(
    stage: Stage,
) -> None:
    client = await clients.make(stage.stack, Wanted(with_phone=False))
    suspend = "UPDATE tenants SET status = 'suspended' WHERE id = %(tenant)s"
    await stage.stack.rows(suspend, tenant=client.tenant_id)
    async with calling(stage.stack, client) as caller:
        began = await caller.telephone.answered()
        ended = await caller.ended(within=12)
        heard = await caller.words(began)
    assert "cannot take your call" in heard.casefold()
    assert ended.reason == "twiml-hangup"


@abreast()
async def test_one_call_too_many_for_a_client_reaches_its_own_phone(stage: Stage) -> None:
    client = await clients.make(stage.stack, Wanted(max_calls=1))
    async with calling(stage.stack, client) as first:
        await first.greeted()
        async with calling(stage.stack, client) as second:
            await second.reaches_own_phone()
        asked = await first.ask("questions/gift-cards")
        assert asked.began is not None
    assert await _refused_for(second) == "tenant_full"
    await first.record()  # the seat is free again
    async with calling(stage.stack, client) as third:
        await third.greeted()


@abreast()
async def test_one_call_too_many_for_an_agency_reaches_the_clients_own_phone(
    stage: Stage,
) -> None:
    client = await clients.make(stage.stack, Wanted(agency_max_calls=1))
    async with calling(stage.stack, client) as first:
        await first.greeted()
        async with calling(stage.stack, client) as second:
            await second.reaches_own_phone()
    assert await _refused_for(second) == "agency_full"


async def _refused_for(caller: Caller) -> str:
    """Why the call was refused, as the control plane shows it."""
    async with caller.stack.plane(caller.client.user) as plane:
        listed = await plane.request(
            "GET", "/api/v1/calls", params={"external_call_id": caller.sid}
        )
    assert isinstance(listed, list)
    (call,) = listed
    assert call["status"] == "refused"
    return call["refusal_reason"]
