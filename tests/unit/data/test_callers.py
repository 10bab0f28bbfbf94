"""The callers' speech is what callers.json and its README promise."""

import json
import re
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[3]
CALLERS = ROOT / "tests" / "data" / "callers"
DOCUMENTS = ROOT / "infra" / "local" / "seed" / "documents"
CLIPS: list[dict[str, Any]] = json.loads((CALLERS / "callers.json").read_text())
CLEAN = [clip for clip in CLIPS if clip["condition"] == "clean" and clip["voice"]]
FRAME = 80  # 10 ms
SILENCE_DB = -45


def levels(file: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Level of each 10 ms in dB below full scale."""
    with wave.open(str(CALLERS / file)) as audio:
        assert (audio.getframerate(), audio.getnchannels(), audio.getsampwidth()) == (8000, 1, 2)
        pcm = np.frombuffer(audio.readframes(audio.getnframes()), np.int16).astype(np.float64)
    frames = pcm[: len(pcm) // FRAME * FRAME].reshape(-1, FRAME)
    return 10 * np.log10(np.maximum(np.mean(frames**2, axis=1), 1e-9) / 32_768**2)


def holds(text: str, groups: list[list[str]]) -> bool:
    return all(any(word.lower() in text.lower() for word in group) for group in groups)


def passages(client: str) -> list[str]:
    """The sentences of a client's documents."""
    texts = [path.read_text() for path in sorted((DOCUMENTS / client).glob("*.md"))]
    return [s for text in texts for s in re.split(r"(?<=[.!?])\s+|\n+", text)]


def test_every_file_is_listed_and_every_listed_file_is_there() -> None:
    files = {str(path.relative_to(CALLERS)) for path in CALLERS.glob("*/*.wav")}

    assert {clip["file"] for clip in CLIPS} == files
    assert len(CLIPS) == len(files)


def test_listing_says_what_the_script_says() -> None:
    script = yaml.safe_load((CALLERS / "script.yaml").read_text())
    written = {
        (name, entry["id"], entry["text"].replace("|", ""), entry["voice"])
        for name, entries in script.items()
        for entry in entries
    }

    assert {(c["set"], c["id"], c["text"], c["voice"]) for c in CLEAN} == written


@pytest.mark.parametrize("clip", CLEAN, ids=lambda clip: clip["file"])
def test_clip_begins_and_ends_with_speech_at_the_promised_level(clip: dict[str, Any]) -> None:
    level = levels(clip["file"])
    active = level[level > level.max() - 20]

    assert level[0] > SILENCE_DB
    assert level[-1] > SILENCE_DB
    assert 10 * np.log10(np.mean(10 ** (active / 10))) == pytest.approx(-20, abs=0.6)
    assert len(level) * 10 == clip["duration_ms"]


@pytest.mark.parametrize("clip", CLEAN, ids=lambda clip: clip["file"])
def test_clip_pauses_only_where_it_is_made_to(clip: dict[str, Any]) -> None:
    loud = np.flatnonzero(levels(clip["file"]) > SILENCE_DB)
    longest = int(np.diff(loud).max(initial=1) - 1) * 10

    assert longest == clip["longest_pause_ms"]
    if clip["pause_ms"] is None:
        assert longest <= 200
    else:
        assert longest == clip["pause_ms"]


def test_each_clean_question_has_a_noisy_twin_of_the_same_length() -> None:
    clean = {(c["set"], c["id"]): c["duration_ms"] for c in CLEAN if c["set"] in _NOISY_SETS}
    noisy = {(c["set"], c["id"]): c["duration_ms"] for c in CLIPS if c["condition"] == "noisy"}

    assert noisy == clean
    assert {c["noise"] for c in CLIPS if c["noise"]} == {"babble", "line", "street"}


_NOISY_SETS = {"demo", "questions"}


def test_every_answer_stands_in_one_sentence_of_its_clients_documents() -> None:
    lost = [
        f"{client}: {clip['text']}"
        for clip in CLEAN
        for client, groups in clip["answers"].items()
        if not any(holds(sentence, groups) for sentence in passages(client))
    ]

    assert lost == []


def test_a_question_to_both_clients_has_different_answers() -> None:
    shared = [clip["answers"] for clip in CLEAN if len(clip["answers"]) > 1]

    assert len(shared) >= 6
    assert all(len({json.dumps(groups) for groups in answers.values()}) > 1 for answers in shared)


def test_there_are_enough_questions_of_each_sort() -> None:
    questions = [clip for clip in CLEAN if clip["set"] == "questions"]

    assert sum("brightwater-dental" in clip["answers"] for clip in questions) >= 25
    assert sum("kestrel-plumbing" in clip["answers"] for clip in questions) >= 8
    assert sum(clip["kind"] == "unanswerable" for clip in questions) >= 6
    assert all(clip["answers"] or clip["kind"] == "unanswerable" for clip in questions)


def test_audio_stays_small_enough_to_be_kept_in_the_repository() -> None:
    assert sum(path.stat().st_size for path in CALLERS.glob("*/*.wav")) < 15_000_000
