"""The JSON that /v1/listen sends (deepgram-sdk, listen/v1/types; the shape as captured from the
live service)."""

import re
from dataclasses import dataclass

from infra.local.vendors.deepgram.recognition import Transcript, place_words
from infra.local.vendors.deepgram.segments import RATE, Segment

_MODEL_UUID = "4d1f7f7e-2d1e-4c56-9a6a-6a2f7a2b9c11"  # ours: this is no model of Deepgram's
_MODEL_INFO = {"name": "tiny.en", "version": "2022-09", "arch": "whisper"}
_PUNCTUATION = re.compile(r"^\W+|\W+$")

Json = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finality:
    """The three flags of a Results message."""

    is_final: bool = False
    speech_final: bool = False
    from_finalize: bool = False


INTERIM = Finality()


def _words(segment: Segment, transcript: Transcript, *, punctuate: bool) -> list[Json]:
    placed = place_words(
        transcript.text, start=segment.speech_start / RATE, end=segment.speech_end / RATE
    )
    words: list[Json] = []
    for word in placed:
        bare = _PUNCTUATION.sub("", word.written).lower()
        entry: Json = {
            "word": bare,
            "start": round(word.start, 3),
            "end": round(word.end, 3),
            "confidence": round(transcript.confidence, 4),
        }
        words.append(entry | ({"punctuated_word": word.written} if punctuate else {}))
    return words


def results(
    segment: Segment,
    transcript: Transcript,
    *,
    finality: Finality,
    punctuate: bool,
    request_id: str,
) -> Json:
    """`start` and `duration` frame the segment; its last word ends where the speech ended."""
    words = _words(segment, transcript, punctuate=punctuate)
    text = transcript.text if punctuate else " ".join(str(word["word"]) for word in words)
    return {
        "type": "Results",
        "channel_index": [0, 1],
        "start": round(segment.start / RATE, 3),
        "duration": round((segment.end - segment.start) / RATE, 3),
        "is_final": finality.is_final,
        "speech_final": finality.speech_final,
        "from_finalize": finality.from_finalize,
        "channel": {
            "alternatives": [
                {
                    "transcript": text,
                    "confidence": round(transcript.confidence, 4),
                    "words": words,
                }
            ]
        },
        "metadata": {
            "request_id": request_id,
            "model_info": _MODEL_INFO,
            "model_uuid": _MODEL_UUID,
        },
    }


def speech_started(at: int) -> Json:
    return {"type": "SpeechStarted", "channel": [0, 1], "timestamp": round(at / RATE, 3)}


def utterance_end(last_word_end: int) -> Json:
    return {
        "type": "UtteranceEnd",
        "channel": [0, 1],
        "last_word_end": round(last_word_end / RATE, 3),
    }


def metadata(*, request_id: str, sha256: str, created: str, samples: int) -> Json:
    """The summary before the close; `created` in RFC 3339."""
    return {
        "type": "Metadata",
        "transaction_key": "deprecated",
        "request_id": request_id,
        "sha256": sha256,
        "created": created,
        "duration": round(samples / RATE, 3),
        "channels": 1,
    }
