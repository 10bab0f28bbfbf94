"""How soon a caller is greeted: from stream start to first audio, at the carrier's socket."""

from infra.local.cli.stack_file import Stack
from infra.local.cli.telephone import Telephone
from tests.bench.calls import CALLER
from tests.bench.journals import Journal, read

_WITHIN = 5.0  # seconds


async def measure(stack: Stack, *, calls: int) -> list[float]:
    """Milliseconds of so many calls, one after the other; a call without a greeting has none."""
    return [ms for _ in range(calls) if (ms := first_audio_ms(await _greeted(stack))) is not None]


def first_audio_ms(carrier: Journal) -> float | None:
    """From the socket's opening, upon which the start message is sent, to the first audio."""
    connected = carrier.first("media.connected", since=0.0)
    audio = carrier.first("media.received", since=0.0)
    if connected is None or audio is None:
        return None
    return (audio.t - connected.t) * 1000


async def _greeted(stack: Stack) -> Journal:
    async with Telephone.plugged_in(stack.twilio_ws_url) as telephone:
        call_sid = await telephone.dial(stack.numbers[0].number, from_=CALLER)
        answered = await telephone.answered()
        await telephone.onset_after(answered, within=_WITHIN)
        await telephone.hang_up()
    return await read(stack.vendors["twilio"].control_url, call=call_sid)
