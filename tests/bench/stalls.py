"""How much the machine itself stalls meanwhile, watched by an idle loop in a process of its own.

Run as a module it watches until its standard input ends, then prints `{p95, max}` as JSON.
"""

import asyncio
import json
import sys
from types import TracebackType
from typing import Self

from infra.local.cli.stall_probe import StallProbe
from infra.local.stack.layout import ROOT


class Stalls:
    """`async with` it around a measurement; `ms` holds p95 and max of the lateness afterwards."""

    def __init__(self) -> None:
        self.ms: dict[str, float] = {}
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.bench.stalls",
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None:
            told, _ = await self._process.communicate(b"")  # the end of its input
            self.ms = json.loads(told) if told else {}


async def _watch() -> None:
    async with StallProbe() as probe:
        await asyncio.to_thread(sys.stdin.buffer.read)
        sys.stdout.write(json.dumps(probe.result))


if __name__ == "__main__":
    asyncio.run(_watch())
