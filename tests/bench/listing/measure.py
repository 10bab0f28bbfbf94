"""What a list of fifty calls costs in process, beside FastAPI over SQLAlchemy."""

import asyncio
import json
import os
import sys
from dataclasses import dataclass

from infra.local.stack.layout import ROOT
from tests.bench.quantiles import p50
from tests.bench.scale.loading import load
from tests.bench.scale.server import database


@dataclass(frozen=True, slots=True, kw_only=True)
class ListCost:
    """Medians in microseconds, and of the CPU time on our side of the database."""

    ours: float | None
    baseline: float | None
    ours_cpu: float | None
    baseline_cpu: float | None
    samples: int

    @property
    def ratio(self) -> float | None:
        """Ours by the baseline's."""
        return _ratio(self.ours, self.baseline)

    @property
    def cpu_ratio(self) -> float | None:
        """The same of CPU time: what else the machine does hardly changes it."""
        return _ratio(self.ours_cpu, self.baseline_cpu)


async def measure(requests: int) -> ListCost:
    """Time so many lists in a process of their own; raises RuntimeError when they fail."""
    with database() as urls:
        client = load(urls.owner, scale=0.001, progress=lambda _: None)[0]
        command = (
            *("-m", "tests.bench.listing.process", "--requests", str(requests)),
            *("--app-url", urls.app, "--platform-url", urls.platform),
            *("--agency", str(client.agency_id), "--tenant", str(client.tenant_id)),
        )
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
    ours, baseline = took["ours"], took["baseline"]
    return ListCost(
        ours=p50(ours["wall"]),
        baseline=p50(baseline["wall"]),
        ours_cpu=p50(ours["cpu"]),
        baseline_cpu=p50(baseline["cpu"]),
        samples=len(ours["wall"]),
    )


def _ratio(ours: float | None, baseline: float | None) -> float | None:
    return None if not ours or not baseline else ours / baseline
