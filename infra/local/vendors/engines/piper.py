"""Speech synthesis: Piper's joe voice (VITS), decoded in chunks so that sound starts early.

The published graph is cut in two (streaming-vits finds the seam): a frontend that plans the whole
utterance, and a decoder that turns any stretch of the plan into sound. Each chunk is decoded with
margins that are then thrown away, so the joined chunks equal one long decode.
"""

import json
import shutil
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from piper.phonemize_espeak import EspeakPhonemizer
from streaming_vits import graph as streaming_vits_graph

from infra.local.vendors.engines import weights
from infra.local.vendors.engines.audio import Samples
from infra.local.vendors.engines.onnx_graph import OnnxGraph
from infra.local.vendors.engines.spoken import spoken

_graph: Any = streaming_vits_graph  # untyped; of its results only names and sizes are used
_LEFT, _RIGHT = (
    48,
    40,
)  # frames of margin: the decoder's receptive field, measured by streaming-vits
_SCHEDULE = (12, 24, 48, 96, 192)  # frames a chunk: the first one short, for an early first sound


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scales:
    """Inference settings of the voice's own configuration."""

    noise: float
    length: float
    noise_width: float

    def array(self) -> npt.NDArray[np.float32]:
        return np.array([self.noise, self.length, self.noise_width], np.float32)


class Piper:
    """Thread-safe: a run keeps no state, so several threads may speak at once."""

    def __init__(self, cache: Path) -> None:
        config = json.loads(weights.locate(weights.PIPER_JOE_CONFIG).read_text(encoding="utf-8"))
        self.rate: int = config["audio"]["sample_rate"]
        inference = config["inference"]
        self._scales = _Scales(
            noise=inference["noise_scale"],
            length=inference["length_scale"],
            noise_width=inference["noise_w"],
        )
        self._phonemes = _Phonemes(config)
        folder = _split_once(cache, rate=self.rate)
        self._split = _graph.SplitModel.load(next(folder.glob("*.split.json")))
        self._frontend = OnnxGraph(folder / self._split.frontend)
        self._decoder = OnnxGraph(folder / self._split.decoder)

    def stream(self, text: str) -> Iterator[Samples]:
        """Yield the sound of `text` at `rate`, chunk by chunk, as fast as it can be computed."""
        plan, mask = self._plan(self._phonemes.ids(text))
        start = index = 0
        while start < plan.shape[2]:
            end = min(start + _SCHEDULE[min(index, len(_SCHEDULE) - 1)], plan.shape[2])
            yield self._decode(plan, mask, start=start, end=end)
            start, index = end, index + 1

    def _plan(self, ids: list[int]) -> list[npt.NDArray[np.float32]]:
        """Text encoder, durations, alignment: the latent frames (1, channels, frames) and mask."""
        feed = {
            "input": np.array([ids], np.int64),
            "input_lengths": np.array([len(ids)], np.int64),
            "scales": self._scales.array(),
        }
        return self._frontend.run(feed)

    def _decode(
        self,
        plan: npt.NDArray[np.float32],
        mask: npt.NDArray[np.float32],
        *,
        start: int,
        end: int,
    ) -> Samples:
        low, high = max(0, start - _LEFT), min(plan.shape[2], end + _RIGHT)
        seam = self._split.seam
        feed = {seam.z_p: plan[:, :, low:high], seam.mask: mask[:, :, low:high]}
        sound = self._decoder.run(feed)[0].reshape(-1)
        first = (start - low) * self._split.hop
        return sound[first : first + (end - start) * self._split.hop]


class _Phonemes:
    """Text to the voice's phoneme ids by espeak-ng, whose state is global: one at a time."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._table: dict[str, list[int]] = config["phoneme_id_map"]
        self._voice: str = config["espeak"]["voice"]
        self._espeak = EspeakPhonemizer()
        self._lock = threading.Lock()

    def ids(self, text: str) -> list[int]:
        """Begin, then every known phoneme followed by a pad, then end: Piper's layout."""
        with self._lock:
            sentences = self._espeak.phonemize(self._voice, spoken(text))
        pad = self._table["_"]
        ids = [*self._table["^"], *pad]
        for phoneme in (phoneme for sentence in sentences for phoneme in sentence):
            if phoneme in self._table:
                ids += [*self._table[phoneme], *pad]
        return [*ids, *self._table["$"]]


def _split_once(cache: Path, *, rate: int) -> Path:
    """Cut the graph unless that was done before; the folder appears whole or not at all."""
    name = f"piper-joe-{weights.PIPER_JOE.sha256[:12]}-{version('streaming-vits')}"
    folder = cache / name
    if folder.is_dir():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=cache))
    try:
        _graph.split(weights.locate(weights.PIPER_JOE), draft, sample_rate=rate, verbose=False)
        draft.rename(folder)
    except OSError:
        if not folder.is_dir():  # otherwise another process was faster, and its work is as good
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return folder
