"""Twilio's REST API over its own client: against a server that is as strict, and misbehaves."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import pytest

from aiconnected.calls.errors import CarrierRefused
from aiconnected.calls.ports import Dialling
from aiconnected.kit.errors import Invalid, ProviderError, ProviderTimeout
from aiconnected.numbers.errors import NotForSale
from aiconnected.numbers.ports import NumberSearch, Webhooks
from aiconnected.providers import twilio
from aiconnected.providers.twilio import TwilioRest
from tests.fixtures.carrier import ACCOUNT, MOBILE, PRACTICE, ApplicationUnderTest, Carrier

pytestmark = pytest.mark.integration

T = TypeVar("T")
HOOKS = Webhooks(voice_url="https://api.example.com/voice", status_url="https://api.example.com/s")


@pytest.fixture
def rest(carrier: Carrier) -> TwilioRest:
    return TwilioRest(account_sid=ACCOUNT.sid, auth_token=ACCOUNT.auth_token, base_url=carrier.url)


async def off_loop(work: Callable[..., T], *given: object, **named: object) -> T:
    """The client blocks: the server answers on this loop."""
    return await asyncio.to_thread(work, *given, **named)


def dialling(app: ApplicationUnderTest, **changes: Any) -> Dialling:  # noqa: ANN401 -- fields
    known: dict[str, Any] = {
        "from_": PRACTICE,
        "to": MOBILE,
        "connect_url": f"{app.url}/connect?call_id=1",
        "status_url": f"{app.url}/over?call_id=1",
        "ring_seconds": 30,
    }
    return Dialling(**(known | changes))


async def test_numbers_are_found_by_area_and_pattern(rest: TwilioRest) -> None:
    found = await off_loop(rest.search, NumberSearch(area_code="404", limit=5))

    assert len(found) == 5
    assert all(number.number.startswith("+1404") for number in found)
    assert found[0].capabilities == ("voice",)
    wanted = found[0].number
    part = await off_loop(rest.search, NumberSearch(area_code="404", contains=wanted[-4:]))
    assert wanted in [number.number for number in part]


async def test_a_country_without_numbers_is_refused_by_name(rest: TwilioRest) -> None:
    with pytest.raises(Invalid) as refused:
        await off_loop(rest.search, NumberSearch(country="ZZ"))

    assert [detail.field for detail in refused.value.details] == ["country"]


async def test_a_number_is_bought_with_its_webhooks_and_given_back_once(
    rest: TwilioRest, carrier: Carrier
) -> None:
    (offer, *_) = await off_loop(rest.search, NumberSearch(area_code="404"))

    bought = await off_loop(rest.buy, offer.number, friendly_name="Practice", webhooks=HOOKS)

    owned = await carrier.rest(lambda client: client.incoming_phone_numbers(bought).fetch())
    assert (owned.phone_number, owned.friendly_name) == (offer.number, "Practice")
    assert (owned.voice_url, owned.status_callback) == (HOOKS.voice_url, HOOKS.status_url)
    assert await off_loop(rest.find, offer.number) == bought
    with pytest.raises(NotForSale):
        await off_loop(rest.buy, offer.number, friendly_name="", webhooks=HOOKS)
    await off_loop(rest.give_back, bought)
    await off_loop(rest.give_back, bought)
    assert await off_loop(rest.find, offer.number) is None
    again = await off_loop(rest.search, NumberSearch(area_code="404"))
    assert offer.number in [number.number for number in again]


async def test_a_call_rings_and_is_connected_by_our_answer(
    rest: TwilioRest, carrier: Carrier, app: ApplicationUnderTest
) -> None:
    app.twiml("/connect", "<Hangup/>")
    telephone = await carrier.registered(MOBILE)

    sid = await off_loop(rest.dial, dialling(app))
    await telephone.event("incoming")
    await telephone.command(answer={})
    await telephone.event("answered")
    async with asyncio.timeout(5):
        while not app.at("/connect"):  # noqa: ASYNC110 -- it answers in a thread of its own
            await asyncio.sleep(0.01)

    assert sid.startswith("CA")
    (asked,) = app.at("/connect")
    assert (asked.genuine, asked.fields["CallSid"], asked.fields["call_id"]) == (True, sid, "1")


async def test_a_call_from_a_number_that_is_not_ours_is_refused(
    rest: TwilioRest, app: ApplicationUnderTest
) -> None:
    with pytest.raises(CarrierRefused):
        await off_loop(rest.dial, dialling(app, from_="+14155550999"))


async def test_a_wrong_account_is_our_failure_and_never_the_callers(carrier: Carrier) -> None:
    wrong = TwilioRest(account_sid=ACCOUNT.sid, auth_token="wrong", base_url=carrier.url)

    with pytest.raises(ProviderError) as failed:
        await off_loop(wrong.search, NumberSearch())

    assert not failed.value.retryable


@pytest.mark.parametrize("kind", ["error", "drop"])
async def test_a_carrier_that_fails_may_be_asked_again(
    rest: TwilioRest, carrier: Carrier, kind: str
) -> None:
    await carrier.fault(match={"api_key": ACCOUNT.sid}, kind=kind, at="accept", status=503, times=9)

    with pytest.raises(ProviderError) as failed:
        await off_loop(rest.search, NumberSearch())

    assert failed.value.retryable


async def test_a_carrier_that_does_not_answer_is_given_up(
    carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twilio, "DEADLINE_S", 0.2)
    rest = TwilioRest(account_sid=ACCOUNT.sid, auth_token=ACCOUNT.auth_token, base_url=carrier.url)
    await carrier.fault(match={"api_key": ACCOUNT.sid}, kind="stall", at="accept", ms=1500, times=9)

    with pytest.raises(ProviderTimeout):
        await off_loop(rest.search, NumberSearch())


async def test_nobody_listens(rest: TwilioRest) -> None:
    nowhere = TwilioRest(
        account_sid=ACCOUNT.sid, auth_token=ACCOUNT.auth_token, base_url="http://127.0.0.1:1"
    )

    with pytest.raises(ProviderError) as failed:
        await off_loop(nowhere.give_back, "PN1")

    assert failed.value.retryable
