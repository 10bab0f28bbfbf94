"""One measured call: held by the telephone, then joined with its record and all journals."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from infra.local.cli.conversation import Conversation, Manners, Turn, converse
from infra.local.cli.ear import Ear
from infra.local.cli.outcome import WallClock, by_utterance
from infra.local.cli.records import ControlPlane, TurnRecord
from infra.local.cli.sound import Clip
from infra.local.cli.stack_file import Stack, User
from infra.local.cli.telephone import Telephone
from tests.bench.journals import Journal, read

CALLER = "+14155550123"
_RECORD_WITHIN = 20.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Journals:
    """What the vendors' sockets saw of one call."""

    speech: Journal
    model: Journal
    embedding: Journal
    carrier: Journal


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A call that is over. `stored` holds, for each of its turns, what the record has of it."""

    conversation: Conversation
    ear: Ear
    stored: Sequence[Sequence[TurnRecord]]
    journals: Journals

    @property
    def turns(self) -> list[tuple[Turn, Sequence[TurnRecord]]]:
        """Each utterance with the stored turns that follow it, the caller's own first."""
        return list(zip(self.conversation.turns, self.stored, strict=True))


async def hold(stack: Stack, clips: Sequence[Clip], *, manners: Manners | None = None) -> Held:
    """Call the stack's first number and say the clips; raises CommandError."""
    number = stack.numbers[0].number
    clock = WallClock.now()
    async with Telephone.plugged_in(stack.twilio_ws_url) as telephone:
        call_sid = await telephone.dial(number, from_=CALLER)
        conversation = await converse(telephone, clips, manners=manners)
    call_id, turns = await _record(stack, call_sid, user=stack.reader(number))
    begins = [clock.at(turn.said.began) for turn in conversation.turns]
    return Held(
        conversation=conversation,
        ear=telephone.ear,
        stored=by_utterance(turns, begins)[1:],
        journals=await _journals(stack, call_id, call_sid=call_sid),
    )


async def _record(
    stack: Stack, call_sid: str, *, user: User | None
) -> tuple[str, Sequence[TurnRecord]]:
    if user is None:
        raise LookupError("the stack names no user who could read its calls")
    async with ControlPlane(stack) as plane:
        await plane.login(user)
        record = await plane.finished(call_sid, within=_RECORD_WITHIN)
        return record.id, await plane.turns(record.id)


async def _journals(stack: Stack, call_id: str, *, call_sid: str) -> Journals:
    async def of(vendor: str, tag: str) -> Journal:
        return await read(stack.vendors[vendor].control_url, call=tag)

    speech, model, embedding, carrier = await asyncio.gather(
        of("deepgram", call_id),
        of("anthropic", call_id),
        of("openai", call_id),
        of("twilio", call_sid),
    )
    return Journals(speech=speech, model=model, embedding=embedding, carrier=carrier)
