"""The stamp in an environment: what was installed last, or that an installation did not finish."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import cast

NAME = ".aiconnected.json"


@dataclass(frozen=True, slots=True)
class Stamp:
    """Stamp file of one environment."""

    folder: Path

    def read(self) -> dict[str, str] | None:
        """Return the fingerprints installed; {} for half an installation, None without a stamp."""
        try:
            return cast("dict[str, str]", json.loads((self.folder / NAME).read_text()))
        except FileNotFoundError:
            return None
        except json.JSONDecodeError:
            return {}

    def begin(self) -> None:
        """Mark the environment as unfinished."""
        self._write({})

    def finish(self, fingerprints: dict[str, str]) -> None:
        """Record what the environment now holds."""
        self._write(fingerprints)

    def _write(self, fingerprints: dict[str, str]) -> None:
        new = self.folder / f"{NAME}.new"
        new.write_text(json.dumps(fingerprints, indent=1))
        new.replace(self.folder / NAME)
