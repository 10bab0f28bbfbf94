"""What a control-plane request costs in process, without its database."""

import asyncio
import json
import os
import sys
from dataclasses import dataclass

from infra.local.stack.layout import ROOT
from tests.bench.quantiles import p50


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCost:
    """Medians in microseconds: of our handler above a bare one, and of the bare one."""

    ours: float | None
    bare: float | None
    samples: int


async def measure(requests: int) -> RequestCost:
    """Time so many requests in a process of their own; raises RuntimeError when they fail."""
    command = ("-m", "tests.bench.api_process", "--requests", str(requests))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    told, complaint = await process.communicate()
    if process.returncode:
        raise RuntimeError(complaint.decode(errors="replace")[-2000:])
    took = json.loads(told)
    ours, bare = p50(took["ours"]), p50(took["bare"])
    return RequestCost(
        ours=None if ours is None or bare is None else ours - bare,
        bare=bare,
        samples=len(took["ours"]),
    )
