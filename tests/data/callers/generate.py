"""Makes the callers' speech: reads script.yaml, writes the WAV files and callers.json beside it.

    python -m tests.data.callers.generate STYLES

STYLES is the folder `voices` of the npm package kokoro-js. Runs in an environment
of its own, see README.md.
"""

import json
import sys
import wave
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from tests.data.callers import kokoro, line

HERE = Path(__file__).parent
SNR_DB = 15
PAUSES_MS = (200, 300, 400, 600)
NOISES = ("babble", "line", "street")
NOISY_SETS = ("demo", "questions")
BED_SECONDS = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """One file of caller speech and what is known about it."""

    file: str  # relative to this folder
    id: str  # the same for the clean and the noisy file of one utterance
    set: str
    kind: str
    text: str
    voice: str | None
    condition: str = "clean"  # clean | noisy
    noise: str | None = None  # babble | line | street, 15 dB below the speech
    pause_ms: int | None = None  # the pause put in on purpose
    longest_pause_ms: int = 0  # below -45 dBFS, in the clean clip
    duration_ms: int = 0
    clients: list[str] = field(default_factory=list[str])
    heard: list[list[str]] = field(default_factory=list[list[str]])
    answers: dict[str, list[list[str]]] = field(default_factory=dict[str, list[list[str]]])


def main(styles: Path) -> None:
    """Speak the whole script."""
    voice = kokoro.Kokoro(styles)
    script: dict[str, list[dict[str, Any]]] = yaml.safe_load((HERE / "script.yaml").read_text())
    spoken = [
        spoken_clip
        for name, entries in script.items()
        for entry in entries
        for spoken_clip in _speak(voice, name, entry)
    ]
    room = [samples for clip, samples in spoken if clip.set == "questions"]
    clips: list[Clip] = []
    for clip, samples in spoken:
        clips.append(_write(clip, samples))
        if clip.set in NOISY_SETS:
            clips.append(_write(*_noisy(clips[-1], samples, room)))
    clips += [_write(clip, samples) for clip, samples in _noises(room)]
    listing = json.dumps([asdict(clip) for clip in clips], indent=1, ensure_ascii=False)
    (HERE / "callers.json").write_text(listing + "\n", encoding="utf-8")


def _speak(
    voice: kokoro.Kokoro, name: str, entry: dict[str, Any]
) -> Iterator[tuple[Clip, line.Samples]]:
    """The clip of an entry, or one for each length of its pause."""
    answers = entry.get("answers", {})
    clip = Clip(
        file=f"{name}/{entry['id']}.wav",
        id=entry["id"],
        set=name,
        kind=entry.get("kind", "question" if name == "questions" else name),
        text=entry["text"].replace("|", ""),
        voice=entry["voice"],
        clients=entry.get("clients", list(answers)),
        heard=entry.get("heard", []),
        answers=answers,
    )
    if "phonemes" in entry:
        sound = voice.say_phonemes(entry["phonemes"], voice=entry["voice"])
        yield clip, line.telephone(sound, rate=kokoro.RATE)
        return
    parts = [
        line.telephone(voice.say(part.strip(), voice=entry["voice"]), rate=kokoro.RATE)
        for part in entry["text"].split("|")
    ]
    if len(parts) == 1:
        yield clip, parts[0]
        return
    for ms in PAUSES_MS:
        paused = replace(clip, file=f"{name}/{clip.id}-{ms}.wav", pause_ms=ms)
        yield paused, line.with_pause(*parts, ms=ms)


def _noisy(
    clip: Clip, samples: line.Samples, room: list[line.Samples]
) -> tuple[Clip, line.Samples]:
    seed = zlib.crc32(clip.file.encode())
    noise = NOISES[seed % len(NOISES)]
    bed = _bed(noise, len(samples) / line.RATE, np.random.default_rng(seed), room)
    file = clip.file.replace(".wav", f".{noise}.wav")
    noisy = replace(clip, file=file, condition="noisy", noise=noise)
    return noisy, line.mix(samples, bed, snr_db=SNR_DB)


def _bed(
    noise: str, seconds: float, random: np.random.Generator, room: list[line.Samples]
) -> line.Samples:
    match noise:
        case "babble":
            return line.babble(seconds, random, voices=room)
        case "street":
            return line.street(seconds, random)
        case _:
            return line.hiss(seconds, random)


def _noises(room: list[line.Samples]) -> Iterator[tuple[Clip, line.Samples]]:
    """Sounds without speech: beds to play under or between utterances, a cough, silence."""

    def clip(name: str) -> Clip:
        return Clip(
            file=f"noise/{name}.wav", id=name, set="noise", kind="noise", text="", voice=None
        )

    quiet = np.zeros(round(BED_SECONDS * line.RATE), np.float32)
    for seed, noise in enumerate(NOISES):
        bed = _bed(noise, BED_SECONDS, np.random.default_rng(seed), room)
        yield clip(noise), line.mix(quiet, bed, snr_db=SNR_DB)
    yield clip("cough"), line.cough(np.random.default_rng(7))
    hiss = line.hiss(3.0, np.random.default_rng(8))
    yield clip("quiet-line"), line.mix(quiet[: len(hiss)], hiss, snr_db=35)
    yield clip("silence"), quiet[: 3 * line.RATE]


def _write(clip: Clip, samples: line.Samples) -> Clip:
    pcm = line.to_pcm(samples)
    path = HERE / clip.file
    path.parent.mkdir(exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(line.RATE)
        file.writeframes(pcm.tobytes())
    measured = replace(clip, duration_ms=len(pcm) * 1000 // line.RATE)
    if clip.condition == "noisy" or clip.voice is None:
        return measured
    return replace(measured, longest_pause_ms=line.longest_pause_ms(pcm))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
