"""How much is measured: enough to judge, or with `--quick` enough to see that it works."""

from dataclasses import dataclass
from typing import Self

from tests.bench.targets import ModelSpeed, Targets


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The size of every measurement."""

    model: ModelSpeed
    runs: tuple[int, ...]  # turns of each call, for each preset
    pauses: dict[str, int]  # longest pause in ms, for each preset
    greetings: int  # calls
    four_calls: int  # turns of each of the four
    requests: int  # to the control plane
    lists: int  # of fifty calls, by it and by the baseline
    fetches: int  # through the HTTP server
    frames: int  # through the media leg
    load_seconds: float  # with a number of calls, before the next number

    @classmethod
    def of(cls, targets: Targets, *, quick: bool) -> Self:
        """The plan for these targets."""
        return cls(
            model=targets.model,
            runs=targets.runs.quick if quick else targets.runs.turns,
            pauses=targets.pauses,
            greetings=3 if quick else 10,
            four_calls=3 if quick else 13,
            requests=500 if quick else 2000,
            lists=100 if quick else 1000,
            fetches=100 if quick else 500,
            frames=100 if quick else 500,
            load_seconds=20.0 if quick else 60.0,
        )
