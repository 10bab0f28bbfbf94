"""Progress of the set-up: one line a step, each with the time since the start."""

import time


class Progress:
    """Prints steps as they happen; steps may come from several threads."""

    def __init__(self) -> None:
        self._begun = time.monotonic()

    def say(self, line: str) -> None:
        """Print one line behind the seconds since the start."""
        print(f"set-up {time.monotonic() - self._begun:6.1f} s  {line}", flush=True)
