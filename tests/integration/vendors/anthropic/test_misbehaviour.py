"""Faults on request: each kind, at each place, for the one call it was armed for."""

import time
from typing import Any

import anthropic
import httpx2
import pytest

from tests.fixtures.http_vendors import AnthropicServer, new_call
from tests.integration.vendors.anthropic.office import MODEL, knowledge

pytestmark = pytest.mark.integration

QUESTION = (
    f"{knowledge(('Fees', 'A crown costs $1,100 and takes two visits.'))} A crown costs how much?"
)


def ask(server: AnthropicServer, call: str, *, stream: bool = True, timeout: float = 10) -> str:
    """Return the text of the answer."""
    body: dict[str, Any] = {
        "model": MODEL,
        "max_tokens": 100,
        "messages": [{"role": "user", "content": QUESTION}],
        "metadata": {"user_id": call},
        "timeout": timeout,
    }
    with server.client() as client:
        if not stream:
            return str(client.messages.create(**body).content[0].to_dict()["text"])
        with client.messages.stream(**body) as events:
            return "".join(events.text_stream)


@pytest.mark.parametrize(
    ("status", "kind", "error"),
    [
        (429, anthropic.RateLimitError, "rate_limit_error"),
        (500, anthropic.InternalServerError, "api_error"),
        (529, anthropic.OverloadedError, "overloaded_error"),
    ],
)
@pytest.mark.parametrize("stream", [True, False])
def test_an_error_at_accept_is_an_http_status(
    anthropic_server: AnthropicServer,
    status: int,
    kind: type[anthropic.APIStatusError],
    error: str,
    stream: bool,
) -> None:
    call = new_call()
    anthropic_server.arm(call, "error", "accept", status=status)

    with pytest.raises(kind) as raised:
        ask(anthropic_server, call, stream=stream)

    assert raised.value.status_code == status
    assert raised.value.type == error
    assert "$1,100" in ask(anthropic_server, call)


@pytest.mark.parametrize("at", ["first", "middle", "end"])
def test_an_error_later_is_an_event_of_the_stream(
    anthropic_server: AnthropicServer, at: str
) -> None:
    call = new_call()
    anthropic_server.arm(call, "error", at, status=529)

    with pytest.raises(anthropic.APIStatusError) as raised:
        ask(anthropic_server, call)

    assert raised.value.type == "overloaded_error"


@pytest.mark.parametrize("at", ["accept", "first", "middle", "end"])
def test_a_drop_cuts_the_connection(anthropic_server: AnthropicServer, at: str) -> None:
    call = new_call()
    anthropic_server.arm(call, "drop", at)

    with pytest.raises((anthropic.APIConnectionError, httpx2.TransportError)):
        ask(anthropic_server, call)


@pytest.mark.parametrize("at", ["accept", "first", "middle", "end"])
def test_a_stall_keeps_the_client_waiting(anthropic_server: AnthropicServer, at: str) -> None:
    call = new_call()
    anthropic_server.arm(call, "stall", at)

    with pytest.raises((anthropic.APITimeoutError, httpx2.TimeoutException)):
        ask(anthropic_server, call, timeout=0.3)


@pytest.mark.parametrize("at", ["accept", "first", "middle", "end"])
def test_a_delay_only_delays(anthropic_server: AnthropicServer, at: str) -> None:
    call = new_call()
    anthropic_server.arm(call, "delay", at, ms=200)

    began = time.monotonic()
    said = ask(anthropic_server, call)

    assert time.monotonic() - began >= 0.2
    assert "$1,100" in said


def test_a_piece_can_come_twice_or_too_late(anthropic_server: AnthropicServer) -> None:
    sound, doubled, swapped = new_call(), new_call(), new_call()
    anthropic_server.arm(doubled, "duplicate", "middle")
    anthropic_server.arm(swapped, "reorder", "middle")

    said = ask(anthropic_server, sound)
    assert len(ask(anthropic_server, doubled)) > len(said)
    late = ask(anthropic_server, swapped)
    assert late != said
    assert sorted(late) == sorted(said)


def test_a_fault_strikes_no_other_call(anthropic_server: AnthropicServer) -> None:
    struck, spared = new_call(), new_call()
    anthropic_server.arm(struck, "error", "accept", status=500)

    assert "$1,100" in ask(anthropic_server, spared)
    with pytest.raises(anthropic.InternalServerError):
        ask(anthropic_server, struck)
