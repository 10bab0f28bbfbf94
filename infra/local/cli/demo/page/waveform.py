"""The two sides of a recording as a picture: the caller above the line, the agent below it."""

import numpy as np

from infra.local.cli.recording import Recording
from infra.local.cli.sound import Pcm

_COLUMNS = 500
_WIDTH, _HALF = 1000, 50  # of the picture, in its own units


def svg(recording: Recording) -> str:
    """An inline SVG whose width is the whole call; `needle` is moved by the page's script."""
    caller = _outline(recording.caller, up=True)
    agent = _outline(recording.agent, up=False)
    return (
        f'<svg id="waveform" class="waveform" viewBox="0 0 {_WIDTH} {2 * _HALF}" '
        'preserveAspectRatio="none" aria-hidden="true">'
        f'<line class="axis" x1="0" x2="{_WIDTH}" y1="{_HALF}" y2="{_HALF}"/>'
        f'<path class="caller" d="{caller}"/><path class="agent" d="{agent}"/>'
        f'<line id="needle" class="needle" x1="0" x2="0" y1="0" y2="{2 * _HALF}"/></svg>'
    )


def _outline(samples: Pcm, *, up: bool) -> str:
    """A closed path around the peaks of one side, on its side of the middle."""
    peaks = _peaks(samples)
    step = _WIDTH / len(peaks)
    sign = -1 if up else 1
    points = [
        f"{step * (index + 0.5):.0f} {_HALF + sign * height:.0f}"
        for index, height in enumerate(peaks)
    ]
    return f"M0 {_HALF}L{'L'.join(points)}L{_WIDTH} {_HALF}Z"


def _peaks(samples: Pcm) -> list[float]:
    """The loudest of each column, as a square root: quiet speech stays visible."""
    parts = np.array_split(np.abs(samples.astype(np.int32)), _COLUMNS)
    loudest = [int(part.max(initial=0)) for part in parts]
    return [_HALF * 0.94 * (peak / 32768) ** 0.5 for peak in loudest]
