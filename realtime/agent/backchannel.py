"""Words that mean "go on": said while the agent speaks, they do not interrupt it (V6, V22)."""

from realtime.agent.retrieval import same_words

_MURMURS = frozenset(
    {"mm", "mhm", "mmhm", "mm hm", "mm hmm", "mmhmm", "hmm", "hm", "uh huh", "uhhuh", "uh", "ah"}
)
_AGREEMENT = frozenset(
    {"okay", "ok", "right", "yeah", "yes", "yep", "yup", "sure", "alright", "all right", "i see"}
    | {"got it", "great", "good", "fine", "cool", "perfect", "of course", "thanks", "thank you"}
)
_MURMURED = 0.35  # confidence; tiny Whisper hears "mm-hm" as "MEM" with 0.13


def is_backchannel(text: str, *, asked: bool, confidence: float = 1.0) -> bool:
    """Whether `text` is nothing but agreement.

    `asked` says that the agent has just put a question: then "yes" is an answer, "mm-hm" is not.
    A single word that the recogniser hardly believes itself is a murmur too.
    """
    words = same_words(text.replace("-", " "))
    if " " not in words and confidence < _MURMURED:
        return True
    phrases = _MURMURS if asked else _MURMURS | _AGREEMENT
    return bool(words) and _made_of(words, phrases)


def _made_of(words: str, phrases: frozenset[str]) -> bool:
    if words in phrases:
        return True
    return any(
        words.startswith(f"{phrase} ") and _made_of(words[len(phrase) + 1 :], phrases)
        for phrase in phrases
    )
