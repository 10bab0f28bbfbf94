"""Tickets: genuine ones are read back, all others are told apart."""

from datetime import UTC, datetime, timedelta

import pytest

from aiconnected.calls.errors import TicketExpired, TicketInvalid
from aiconnected.calls.tickets import TICKET_TTL, TicketSigner
from aiconnected.kit.ids import new_id

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 21, 12, 0, 0, 123456, tzinfo=UTC)
OLD_KEY, NEW_KEY = b"o" * 32, b"n" * 32


@pytest.fixture
def signer() -> TicketSigner:
    return TicketSigner({"old": OLD_KEY, "new": NEW_KEY}, current="new")


def test_a_ticket_says_which_call_it_admits(signer: TicketSigner) -> None:
    claims = signer.claims(new_id(), now=NOW)

    read = signer.read(signer.sign(claims), now=NOW)

    assert read == claims
    assert read.expires_at - NOW <= TICKET_TTL


def test_the_same_claims_make_the_same_ticket(signer: TicketSigner) -> None:
    claims = signer.claims(new_id(), now=NOW)

    assert signer.sign(claims) == signer.sign(claims)


def test_a_ticket_is_expired_after_sixty_seconds(signer: TicketSigner) -> None:
    ticket = signer.sign(signer.claims(new_id(), now=NOW))

    signer.read(ticket, now=NOW + timedelta(seconds=59))
    with pytest.raises(TicketExpired):
        signer.read(ticket, now=NOW + timedelta(seconds=60))


def test_a_ticket_of_a_replaced_key_is_still_good(signer: TicketSigner) -> None:
    before = TicketSigner({"old": OLD_KEY}, current="old")
    ticket = before.sign(before.claims(new_id(), now=NOW))

    assert signer.read(ticket, now=NOW).key_id == "old"


def test_a_ticket_of_a_withdrawn_key_is_invalid(signer: TicketSigner) -> None:
    ticket = signer.sign(signer.claims(new_id(), now=NOW))

    with pytest.raises(TicketInvalid):
        TicketSigner({"old": OLD_KEY}, current="old").read(ticket, now=NOW)


@pytest.mark.parametrize("place", range(-1, -90, -8))
def test_a_ticket_with_one_character_changed_is_invalid(signer: TicketSigner, place: int) -> None:
    ticket = signer.sign(signer.claims(new_id(), now=NOW))
    position = len(ticket) + place
    other = "A" if ticket[position] not in "AB.=" else "Q"
    forged = ticket[:position] + other + ticket[position + 1 :]

    with pytest.raises(TicketInvalid):
        signer.read(forged, now=NOW)


@pytest.mark.parametrize("text", ["", ".", "new..", "new.AAAA", "a.b.c.d", "new.é.é", "x" * 5000])
def test_what_is_no_ticket_is_invalid(signer: TicketSigner, text: str) -> None:
    with pytest.raises(TicketInvalid):
        signer.read(text, now=NOW)


@pytest.mark.parametrize(
    ("keys", "current"), [({"a": OLD_KEY}, "b"), ({"a": b"short"}, "a"), ({"a.b": OLD_KEY}, "a.b")]
)
def test_a_signer_refuses_keys_it_cannot_work_with(keys: dict[str, bytes], current: str) -> None:
    with pytest.raises(ValueError, match="key"):
        TicketSigner(keys, current=current)
