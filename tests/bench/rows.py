"""What the bench reports: named values, each beside its target, as a file and as a table.

The file's form is `infra/local/schemas/bench.json`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.targets import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One value; None could not be measured. A row without a target informs and cannot miss."""

    name: str
    title: str
    value: float | None
    unit: str
    samples: int
    target: float | None = None

    @property
    def ok(self) -> bool | None:
        """Whether the target is met; None without one. What was not measured is a miss."""
        if self.target is None:
            return None
        return self.value is not None and self.value <= self.target

    def as_json(self) -> dict[str, object]:
        """The row as the file holds it."""
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "target": self.target,
            "ok": self.ok,
            "samples": self.samples,
        }


@dataclass(slots=True)
class Report:
    """Rows in the order in which they were measured."""

    targets: Mapping[str, Target]
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # for the person at the terminal alone

    def judge(self, name: str, value: float | None, *, samples: int) -> None:
        """Add a value that `targets` makes a promise about; raises KeyError when it does not."""
        target = self.targets[name]
        self.rows.append(
            Row(
                name=name,
                title=target.title,
                value=_rounded(value),
                unit=target.unit,
                samples=samples,
                target=target.at_most,
            )
        )

    def tell(
        self, name: str, value: float | None, *, unit: str, title: str, samples: int = 1
    ) -> None:
        """Add a value that explains the others."""
        self.rows.append(
            Row(name=name, title=title, value=_rounded(value), unit=unit, samples=samples)
        )

    def miss_what_was_not_measured(self) -> None:
        """Add a row without a value for each target that has none."""
        known = {row.name for row in self.rows}
        for name in [name for name in self.targets if name not in known]:
            self.judge(name, None, samples=0)

    @property
    def missed(self) -> Sequence[Row]:
        """The rows whose target is not met."""
        return [row for row in self.rows if row.ok is False]

    def write(self, path: Path) -> None:
        """Leave the rows as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps([row.as_json() for row in self.rows], indent=2, ensure_ascii=False)
        path.write_text(text + "\n", encoding="utf-8")


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
