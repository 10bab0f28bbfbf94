"""The dialogue as it happens: the call's record, read again and again while the call goes on."""

import asyncio
from contextlib import suppress

from rich.console import Console
from rich.table import Table
from rich.text import Text

from infra.local.cli.errors import RecordUnavailable
from infra.local.cli.records import ControlPlane, TurnRecord

_POLL = 0.4  # seconds
_COLOURS = {"caller": "cyan", "agent": "green"}


class Dialogue:
    """Prints each turn once, as soon as the record has it."""

    def __init__(self, plane: ControlPlane, console: Console) -> None:
        self._plane, self._console = plane, console
        self._printed: set[int] = set()

    async def follow(self, call_sid: str) -> None:
        """Print until cancelled. A record that cannot be read now is read at the next look."""
        while True:
            with suppress(RecordUnavailable):  # the call is not known yet, or the API is busy
                await self.catch_up(call_sid)
            await asyncio.sleep(_POLL)

    async def catch_up(self, call_sid: str) -> None:
        """Print what is new; raises RecordUnavailable."""
        call = await self._plane.find(call_sid)
        for turn in () if call is None else await self._plane.turns(call.id):
            if turn.turn not in self._printed:
                self._printed.add(turn.turn)
                self._console.print(line_of(turn))


def line_of(turn: TurnRecord) -> Table:
    """When it was said, by whom, and the words."""
    minutes, seconds = divmod(turn.audio_ms // 1000, 60)
    line = Table.grid(padding=(0, 2, 0, 0))
    line.add_column(justify="right", style="dim", width=5)
    line.add_column(style=_COLOURS[turn.role], width=6)
    line.add_column()
    words = f"{turn.said} …" if turn.interrupted else turn.said
    line.add_row(f"{minutes}:{seconds:02}", turn.role, Text(words))
    return line
