"""A caller: dials a client of the running stack, asks, listens, and remembers what was heard."""

import math
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count, pairwise
from typing import Any
from uuid import UUID

from infra.local.cli.ear import timeline
from infra.local.cli.telephone import Ended, Said, Telephone
from tests.e2e.clients import Client
from tests.e2e.clips import Utterance, utterance
from tests.e2e.listening import alike, is_part, recognise, tone_seconds
from tests.e2e.stackfacts import Record, RunningStack, eventually

PROMISE = 3.0  # seconds within which a caller hears something, whatever fails
_PAUSE = 0.7  # seconds of quiet after which the caller speaks
_IS_A_FILLER = 1.8  # seconds after which it is the watchdog's filler that one hears first
_TOLD_WITHIN = 15.0  # on a machine that is busy with other calls
_ANSWER_WITHIN = 12.0
_ANSWER_AT_MOST = 25.0
_GREETING_WITHIN = 8.0
_LEAD = 0.25  # seconds of silence before what is listened to a second time
_MISHEARD_AT_MOST = 1  # utterances of a call
_numbers = count(2000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What followed an utterance; moments are CLOCK_MONOTONIC seconds."""

    said: Said
    began: float | None  # first speech heard
    until: float  # when the caller listened no longer

    @property
    def heard_after(self) -> float:
        """Seconds from the caller's last sample to the first speech heard."""
        assert self.began is not None, "the caller heard nothing"
        return self.began - self.said.ended


@dataclass(slots=True)
class Caller:
    """One call. `said` holds what was said and when."""

    stack: RunningStack
    client: Client
    telephone: Telephone
    number: str
    sid: str = ""
    said: list[tuple[Utterance, Said]] = field(default_factory=list)

    # -- talking -----------------------------------------------------------------------------

    async def greeted(self) -> float:
        """Hear the greeting out; when its first sound came, after the answer, in seconds."""
        answered = await self.telephone.answered()
        onset = await self.telephone.onset_after(answered, within=_GREETING_WITHIN)
        assert onset is not None, "no greeting was heard"
        await self.hears_out()
        return onset - answered

    async def ask(self, what: str | Utterance, *, quiet: float = _PAUSE) -> Answer:
        """Say a clip and hear what follows out."""
        answer = await self.begin_to_ask(what)
        if answer.began is not None and answer.heard_after > _IS_A_FILLER:
            quiet = max(quiet, PROMISE)  # so late it is a filler: the answer is still to come
        await self.hears_out(quiet=quiet)
        return Answer(said=answer.said, began=answer.began, until=time.monotonic())

    async def begin_to_ask(self, what: str | Utterance) -> Answer:
        """Say a clip and wait until something is heard."""
        said = await self.say(what)
        began = await self.telephone.onset_after(said.ended, within=_ANSWER_WITHIN)
        return Answer(said=said, began=began, until=time.monotonic())

    async def say(self, what: str | Utterance) -> Said:
        """Say a clip, or the one of this name, to its end."""
        what = utterance(what) if isinstance(what, str) else what
        said = await self.telephone.say(what.clip)
        assert said is not None, f"the call ended: {await self.telephone.ended()}"
        self.said.append((what, said))
        return said

    async def hears_out(self, *, quiet: float = _PAUSE) -> None:
        """Listen until the agent has been quiet for a moment, or as long as one is patient."""
        await self.telephone.silence(seconds=quiet, within=_ANSWER_AT_MOST)

    async def hears_more(self, since: float, *, within: float = PROMISE) -> float:
        """The next speech that begins after `since`, and nothing later than `within`."""
        onset = await self.telephone.onset_after(since, within=within)
        assert onset is not None, f"nothing was heard for {within:g} s"
        return onset

    async def goes_on(self) -> None:
        """Two more good turns."""
        await self.learns("questions/languages", "Spanish")
        await self.learns("questions/parking-free", "90 minutes")

    async def learns(self, what: str | Utterance, words: str) -> Answer:
        """Ask, hear something in time, and be told `words`, as the record has it.

        Whoever is misunderstood asks once again: the recogniser is a small one.
        """
        what = utterance(what) if isinstance(what, str) else what
        heard, told, answer = await self._is_told(what, words)
        if not told and not what.is_in(heard):
            heard, told, answer = await self._is_told(what, words)
        assert told, (
            f"{what.text!r}, understood as {heard!r},"
            f" was answered with {(await self._last_exchange())[1]!r}"
        )
        return answer

    async def _is_told(self, what: Utterance, words: str) -> tuple[str, bool, Answer]:
        """Ask; as what it was understood, whether `words` were the answer, and the answer."""
        answer = await self.ask(what)
        assert answer.heard_after <= PROMISE, f"{answer.heard_after:.1f} s of silence"

        async def is_told() -> bool:
            return words.casefold() in (await self._last_exchange())[1].casefold()

        try:
            await eventually(is_told, within=_TOLD_WITHIN, what="told", poll=0.25)
            told = True
        except AssertionError:
            told = False
        await self.hears_out()
        return (await self._last_exchange())[0], told, answer

    async def hangs_up(self) -> Ended:
        """End the call."""
        return await self.telephone.hang_up()

    async def ended(self, *, within: float) -> Ended:
        """How the carrier saw the call end."""

        async def is_over() -> bool:
            return self.telephone.is_over

        await eventually(is_over, within=within, what="the call is over")
        return await self.telephone.ended()

    async def _last_exchange(self) -> tuple[str, str]:
        """The caller's last turn, as understood, and all that the agent has said since."""
        rows = await self.stack.rows(
            "SELECT role::text, text, heard_text FROM transcript_turns WHERE call_id = %(call)s"
            " ORDER BY started_at",
            call=await self.call_id(),
        )
        heard, said = "", list[str]()
        for row in rows:
            if row["role"] == "caller":
                heard, said = row["text"], []
            else:
                said.append(row["heard_text"])
        return heard, " ".join(said)

    # -- hearing -----------------------------------------------------------------------------

    async def understood(self, answer: Answer) -> str:
        """The words of an answer."""
        return await self.words(answer.said.ended, answer.until)

    async def words(self, since: float, until: float = math.inf, *, lead: float = 0.0) -> str:
        """What was said to the caller meanwhile, by a recogniser of the test's own.

        `lead` seconds of silence before it let the recogniser listen anew.
        """
        frames = [item for item in self.telephone.ear.frames if since <= item[0] < until]
        if not frames:
            return ""
        return await recognise(frames, start=since - lead, url=self.stack.control("deepgram"))

    async def reaches_own_phone(self, *, within: float = 12.0) -> None:
        """Hear the tone with which the client's own telephone answers."""
        since = time.monotonic() - 0.5

        async def rings() -> bool:
            return self.tone_since(since) >= 0.5

        what = "the caller hears the client's own telephone"
        await eventually(rings, within=within, what=what, poll=0.2)

    def tone_since(self, since: float) -> float:
        """Seconds of the own telephone's tone heard since a moment."""
        frames = [item for item in self.telephone.ear.frames if item[0] >= since]
        return tone_seconds(timeline(frames, start=since), self.client.tone_hz) if frames else 0.0

    def longest_silence(self, answer: Answer) -> float:
        """Seconds of the longest stretch without speech, up to the last word that was heard."""
        moments = [answer.said.ended]
        while (next_ := self.telephone.ear.speech_after(moments[-1])) is not None:
            if next_ > answer.until:
                break
            moments.append(next_)
        assert len(moments) > 1, "the caller heard nothing"
        return max(later - earlier for earlier, later in pairwise(moments))

    # -- what holds on to the call -----------------------------------------------------------

    async def is_free(self) -> bool:
        """Whether nothing is held for the call any more: seats, live state, lease, open state."""
        call_id = await self.call_id()
        (row,) = await self.stack.rows(
            "SELECT state::text IN ('ended', 'failed') AS over, EXISTS"
            " (SELECT FROM call_leases WHERE call_id = %(call)s AND expires_at > now()) AS leased"
            " FROM calls WHERE id = %(call)s",
            call=call_id,
        )
        held = await self.stack.held_in_redis(self.client.tenant_id, call_id)
        return row["over"] and not row["leased"] and not held

    async def is_in(self, state: str) -> None:
        """Wait until the call is stored as in this state."""
        call_id = await self.call_id()
        query = "SELECT state::text FROM calls WHERE id = %(call)s"

        async def reached() -> bool:
            return (await self.stack.rows(query, call=call_id))[0]["state"] == state

        await eventually(reached, within=3, what=f"the call is {state}")

    # -- the record --------------------------------------------------------------------------

    async def call_id(self) -> UUID:
        """Our own id of the call, by which vendors' faults are aimed."""
        query = "SELECT id FROM calls WHERE external_call_id = %(sid)s"

        async def find() -> list[dict[str, UUID]]:
            return await self.stack.rows(query, sid=self.sid)

        found = await eventually(find, within=10, what="the call is known")
        return found[0]["id"]

    async def journal(self) -> list[Mapping[str, Any]]:
        """What the carrier did with the call."""
        return await self.stack.journal("twilio", self.sid)

    async def is_announced(self) -> None:
        """Wait until the carrier's webhook has been answered."""

        async def answered() -> bool:
            return "webhook.answered" in {entry["event"] for entry in await self.journal()}

        await eventually(answered, within=10, what="the call is announced")

    async def details(self) -> set[str]:
        """What the realtime log holds against this call."""
        call_id = str(await self.call_id())
        lines = self.stack.log_lines("realtime")
        return {
            line["detail"] for line in lines if line.get("call_id") == call_id and "detail" in line
        }

    async def match(self) -> dict[str, str]:
        """Aims a vendor's fault at this call."""
        return {"call": str(await self.call_id())}

    async def record(self) -> Record:
        """All that is kept of the call, once it is over and finalised."""
        return await self.stack.record(self.sid, self.client.user)

    async def tells_the_same(self, record: Record) -> None:
        """The record holds what the telephone saw: every utterance, and all that was heard."""
        said, answered = record.exchanges()
        assert len(said) == len(self.said), f"kept {said}, said {[w.text for w, _ in self.said]}"
        await self._was_understood(record, said)
        start = await self.telephone.answered()
        edges = [start, *(said.ended for _, said in self.said), math.inf]
        for (since, until), kept in zip(pairwise(edges), answered, strict=True):
            heard = await self.words(since, until)
            if not alike(heard, kept):
                again = await self.words(since, until, lead=_LEAD)
                assert alike(again, kept), f"heard {heard!r} or {again!r}, kept {kept!r}"

    async def _was_understood(self, record: Record, said: list[str]) -> None:
        """Each utterance is kept as the recogniser had it, which mishears one at most."""
        journal = await self.stack.journal("deepgram", str(record.call.id))
        finals = " ".join(e["text"] for e in journal if e["event"] == "stt.final")
        misheard = list[str]()
        for transcript, (what, _) in zip(said, self.said, strict=True):
            if not what.is_in(transcript):
                misheard.append(f"{what.text!r} as {transcript!r}")
                assert is_part(transcript, of=finals), f"{misheard} where {finals!r} was recognised"
        assert len(misheard) <= _MISHEARD_AT_MOST, misheard

    def answers(self, record: Record) -> list[str]:
        """All that the agent said after each utterance, by the record."""
        return record.exchanges()[1][1:]


@asynccontextmanager
async def calling(
    stack: RunningStack, client: Client, *, number: str = ""
) -> AsyncGenerator[Caller]:
    """A call to a client, from ringing on; leaving the block hangs up."""
    caller_number = number or f"+1917555{next(_numbers):04}"
    async with Telephone.plugged_in(stack.description.twilio_ws_url) as telephone:
        caller = Caller(stack, client, telephone, caller_number)
        caller.sid = await telephone.dial(client.number, from_=caller_number)
        try:
            yield caller
        finally:
            await telephone.hang_up()
