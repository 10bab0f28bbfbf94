"""A caller's side of a call: say each utterance after the agent, measure every answer."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from infra.local.cli.ear import Gap
from infra.local.cli.sound import Clip
from infra.local.cli.telephone import Ended, Said, Telephone

CUT_OFF_AFTER = (
    40.0  # ms of agent's speech over the caller's that are no longer an echo of the past
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How the caller behaves; seconds."""

    pause: float = 0.5  # of quiet after the agent, before the next utterance
    greeting_within: float = 10.0
    answer_within: float = 12.0
    answer_at_most: float = 60.0
    barge_in_after: float | None = None  # speak again so long after the agent began to answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeting:
    """Moments are CLOCK_MONOTONIC seconds; None: not heard."""

    answered: float
    onset: float | None
    ended: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One utterance and what was heard of its answer. Moments are CLOCK_MONOTONIC seconds."""

    clip: str
    said: Said
    received: float | None  # first frame of the answer
    heard: float | None  # first speech of the answer
    until: float  # when the caller stopped listening to it
    early_ms: float  # agent's speech while the caller still spoke
    barged_in: bool  # the caller spoke over the agent's answer to the turn before
    stopped_ms: float | None  # how long the agent talked on into a barge-in
    underruns: tuple[Gap, ...]

    @property
    def heard_after_ms(self) -> float | None:
        """From the last speech sample sent to the first of the answer received."""
        return None if self.heard is None else (self.heard - self.said.ended) * 1000

    @property
    def was_cut_off(self) -> bool:
        """The agent spoke before the caller had finished, and was not being interrupted itself."""
        return not self.barged_in and self.early_ms > CUT_OFF_AFTER


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """All that was said and heard in a call, and how it ended."""

    greeting: Greeting
    turns: tuple[Turn, ...]
    ended: Ended


async def converse(
    telephone: Telephone, clips: Sequence[Clip], *, manners: Manners | None = None
) -> Conversation:
    """Hold the conversation on a call that was answered, then hang up unless the agent does."""
    manners = manners or Manners()
    greeting = await _greeting(telephone, manners)
    turns: list[Turn] = []
    for index, clip in enumerate(clips):
        over_agent = manners.barge_in_after is not None and index > 0
        turn = await _turn(telephone, clip, manners=manners, barged_in=over_agent)
        if turn is None:
            break
        turns.append(turn)
        last = index == len(clips) - 1
        await _listen(telephone, turn, index=index, manners=manners, last=last)
        turns[-1] = _measured(telephone, turn)
    return Conversation(greeting=greeting, turns=tuple(turns), ended=await telephone.hang_up())


async def _greeting(telephone: Telephone, manners: Manners) -> Greeting:
    answered = await telephone.answered()
    onset = await telephone.onset_after(answered, within=manners.greeting_within)
    if onset is not None:
        await telephone.silence(seconds=manners.pause, within=manners.answer_at_most)
    return Greeting(answered=answered, onset=onset, ended=time.monotonic())


async def _turn(
    telephone: Telephone, clip: Clip, *, manners: Manners, barged_in: bool
) -> Turn | None:
    """Say the clip and wait for the onset of its answer; None when the call is over."""
    if telephone.is_over:
        return None
    said = await telephone.say(clip)
    if said is None:
        return None
    heard = await telephone.onset_after(said.ended, within=manners.answer_within)
    return Turn(
        clip=clip.name,
        said=said,
        received=None,
        heard=heard,
        until=time.monotonic(),
        early_ms=0.0,
        barged_in=barged_in,
        stopped_ms=None,
        underruns=(),
    )


async def _listen(
    telephone: Telephone, turn: Turn, *, index: int, manners: Manners, last: bool
) -> None:
    """Hear the answer out, or only as much as a caller who interrupts does."""
    if manners.barge_in_after is not None and not last:
        heard = turn.heard or time.monotonic()
        await telephone.pause(max(0.0, heard + manners.barge_in_after - time.monotonic()))
        return
    # A little more or less each time, so that no turn keeps step with anybody's 20 ms grid.
    pause = manners.pause + (index * 7 % 20) / 1000
    await telephone.silence(seconds=pause, within=manners.answer_at_most)


def _measured(telephone: Telephone, turn: Turn) -> Turn:
    """The turn with all that can be known once its answer is over."""
    ear, said, now = telephone.ear, turn.said, time.monotonic()
    stopped = None
    if turn.barged_in:
        end = ear.last_speech_before(turn.heard or now, after=said.began)
        stopped = 0.0 if end is None else (end - said.began) * 1000
    return Turn(
        clip=turn.clip,
        said=said,
        received=ear.first_frame_after(said.ended),
        heard=turn.heard,
        until=now,
        early_ms=ear.speech_between(said.began, said.ended),
        barged_in=turn.barged_in,
        stopped_ms=stopped,
        underruns=tuple(ear.underruns(said.ended, now)),
    )
