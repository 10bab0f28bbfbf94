"""Callers who pause in the middle of a sentence: who of them is cut off."""

import asyncio
from collections.abc import Sequence

from infra.local.cli.conversation import Turn
from infra.local.cli.records import TurnRecord
from infra.local.cli.stack_file import Stack
from tests.bench.calls import hold
from tests.bench.clips import Paused

_AT_ONCE = 5  # calls


async def measure(stack: Stack, paused: Sequence[Paused]) -> list[str]:
    """Say each sentence in a call of its own; the names of those that could not be finished."""
    cut: list[str] = []
    for some in (paused[at : at + _AT_ONCE] for at in range(0, len(paused), _AT_ONCE)):
        calls = await asyncio.gather(*(hold(stack, [sentence.clip]) for sentence in some))
        cut += [
            sentence.clip.name
            for sentence, held in zip(some, calls, strict=True)
            if not held.turns or any(was_cut(turn, stored) for turn, stored in held.turns)
        ]
    return cut


def was_cut(turn: Turn, stored: Sequence[TurnRecord]) -> bool:
    """Whether the agent took its turn, heard or not, before the caller had finished."""
    commits = [
        known.origin + known.marks["committed"] / 1000
        for known in stored
        if known.role == "caller" and known.origin is not None and "committed" in known.marks
    ]
    return turn.was_cut_off or any(commit < turn.said.ended for commit in commits)
