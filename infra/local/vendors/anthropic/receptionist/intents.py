"""What a caller wants with an utterance: rules for plain words, nearest examples for the rest."""

import re
from enum import StrEnum

import numpy as np

from infra.local.vendors.anthropic.receptionist.answers import Encoder
from infra.local.vendors.anthropic.receptionist.questions import is_question
from infra.local.vendors.anthropic.receptionist.words import content, fold, tokens


class Intent(StrEnum):
    """What an utterance is for."""

    BOOK = "book"
    CHANGE = "change"  # cancel or move an appointment that exists
    HUMAN = "human"  # a person, the manager, a complaint
    CALLBACK = "callback"  # leave a message, be called back
    GOODBYE = "goodbye"
    THANKS = "thanks"
    GREETING = "greeting"
    REPEAT = "repeat"
    WHO = "who"  # "are you a real person?"
    YES = "yes"
    NO = "no"
    QUESTION = "question"
    OTHER = "other"


_YES = re.compile(
    r"^(?:(?:yes|yeah|yep|yup|yea|ya|sure|ok|okay|correct|right|perfect|great|absolutely"
    r"|definitely|exactly|certainly|fine|alright|uh-huh|mm-hmm|mhm|please|of course|go ahead|do it"
    r"|do that|book it|(?:yes )?please do|sounds (?:good|great)|that(?:'s| is| would be| will be"
    r"| sounds)? (?:right|correct|fine|good|great|perfect|works|work|it|ok|okay|lovely)"
    r"|works (?:for me|fine)|it is|you can|i would|i'd like that|that works|good|let's do (?:it"
    r"|that)|thank you|thanks|that one|for me|very much|it)[,.! ]*)+$"
)
_STARTS_YES = re.compile(
    r"^(?:yes|yeah|yep|yup|sure|ok|okay|correct|perfect|great|absolutely|please do)\b"
)
_NO = re.compile(
    r"^(?:no|nope|nah|not really|not now|no thanks|no thank you|negative|wrong|incorrect"
    r"|that's (?:not right|wrong)|not quite|don't|i don't think so|that doesn't work|neither"
    r"|none)\b"
)
_GOODBYE = re.compile(
    r"\b(?:good ?bye|bye|see you|talk to you later|have a (?:good|great|nice) (?:day|one|evening"
    r"|weekend)|that(?:'s| is| was| will be|'ll be) (?:all|it|everything)|nothing else"
    r"|i'm (?:all set|done|good)|all set|hang up)\b"
)
_THANKS = re.compile(
    r"^(?:ok |okay |great |perfect |alright |oh )*(?:thanks|thank you|cheers|much appreciated)\b"
)
_GREETING = re.compile(
    r"^(?:(?:hi|hello|hey|good (?:morning|afternoon|evening)|there|how are you"
    r"|can you hear me)[,.!? ]*)+$"
)
_REPEAT = re.compile(
    r"\b(?:say (?:that|it) again|repeat (?:that|it)|come again|didn't (?:catch|hear|get) that"
    r"|what did you say|pardon)\b"
)
_WHO = re.compile(
    r"\b(?:are you (?:a )?(?:real|human|robot|bot|machine|computer|ai|an ai)|(?:am i"
    r"|is this) (?:talking|speaking)?.{0,12}(?:robot|machine|computer|real person|recording))\b"
)
_HUMAN = re.compile(
    r"\b(?:(?:speak|talk|connect me|transfer me|put me through|get me|give me)(?: to| with"
    r"| through to)? (?:a |an |the |some|your )?(?:real |actual |live |human )?(?:human|person"
    r"|someone|somebody|people|representative|rep|agent|operator|manager|supervisor|receptionist"
    r"|owner|staff|doctor|boss)|real person|human being|operator|put me through|transfer me"
    r"|(?:make|file|have) a complaint|complain|unacceptable|(?:your|the) manager|speak to (?:dr|mr"
    r"|mrs|ms)\b)"
)
_CHANGE = re.compile(
    r"\b(?:cancel|reschedule|move|change|push back|postpone|call off|drop|rebook)\b.{0,30}\b(?:my"
    r"|our|the|an|his|her|that)\b.{0,30}\b(?:appointment|booking|visit|slot|reservation|cleaning"
    r"|checkup|check-up|session|consultation)\b|\b(?:can't|cannot|won't be able to"
    r"|not able to) (?:make|come|keep)\b|^(?:i )?(?:need|want|have|would like"
    r"|'d like)(?: to)? (?:cancel|reschedule)\b|\bi(?:'d like| would like| need| want"
    r"| have) to (?:cancel|reschedule)\b"
)
_BOOK = re.compile(
    r"\b(?:book|schedule|set up|make|get|have|reserve|arrange|need|want"
    r"|like)\b.{0,25}\b(?:appointment|slot|visit|booking|consultation|session|time to come)\b"
    r"|\b(?:i'd|i would|i want|i need|we need|can i|could i|can we|could we|let's|like to|want to"
    r"|need to).{0,12}\b(?:book|schedule|come in|be seen|get in)\b|^(?:please )?(?:book"
    r"|schedule)\b|\bsign me up\b|\bfit me in\b|\b(?:any|anything|something|openings?"
    r"|appointments?|slots?) (?:available|free|open)\b|\bavailable (?:appointments?|times?"
    r"|slots?)\b|\bhave (?:any|an) (?:openings?|availability)\b|\b(?:do you have|have you got"
    r"|is there|are there) (?:anything|something|any ?time|any times|a time"
    r"|room)\b.{0,30}\b(?:\w+day|tomorrow|today|tonight|week|morning|afternoon)\b"
    r"|\bneed (?:someone|somebody|you|you guys|an? [a-z]+) to (?:come|fix|look|repair|check|see"
    r"|help|take care)\b|\b(?:send|get) (?:someone|somebody)(?: out| over)\b"
)
# Asking about appointments in general is a question, not a wish to make one.
_ABOUT = re.compile(
    r"\b(?:policy|fee|charge|cost|how long|how much|do i need an appointment"
    r"|need to make an appointment|without an appointment|for free|free of charge|have to (?:make"
    r"|book)|happens if|penalty|deposit|notice|late|miss)\b"
)
_CALLBACK = re.compile(
    r"\b(?:call me back|call back|callback|(?:leave|take) (?:a )?message|(?:someone|somebody"
    r"|they) (?:to )?(?:can |could )?call me)\b"
)

_EXAMPLES: dict[Intent, tuple[str, ...]] = {
    Intent.BOOK: (
        "i'd like an appointment please",
        "do you have a slot this week",
        "schedule me for tuesday at three",
        "i want to come in for a check up",
        "can you fit me in tomorrow",
        "when can i come in",
        "i need someone to come out and fix it",
        "could i see someone on friday",
    ),
    Intent.CHANGE: (
        "i have to cancel",
        "i won't be able to come",
        "please cancel my appointment",
        "call off my booking",
        "i need to move my appointment to another day",
        "i can't make it tomorrow",
        "drop my slot for monday",
    ),
    Intent.HUMAN: (
        "can i speak with someone",
        "real person please",
        "transfer me to an agent",
        "i want to talk to your manager",
        "i'm not happy with the service i got",
        "get me a human being",
    ),
    Intent.GOODBYE: (
        "that's all i needed, goodbye",
        "thanks, bye",
        "no that's everything",
        "have a nice day",
    ),
    Intent.QUESTION: (
        "what are your hours",
        "how much does it cost",
        "where are you located",
        "do you take my insurance",
        "is there parking",
        "what should i bring",
        "what is your cancellation policy",
        "do i need an appointment",
    ),
}
LIKE = 0.62  # least cosine to an example; below it an utterance is taken as it stands


class IntentReader:
    """Reads intents; the examples are encoded once."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._labels = [intent for intent, texts in _EXAMPLES.items() for _ in texts]
        listed = [text for texts in _EXAMPLES.values() for text in texts]
        self._examples = np.stack([encoded.vector for encoded in encoder.encode(listed)])

    def read(self, utterance: str) -> Intent:
        """Return what the utterance is for; YES, NO and THANKS only when it holds little else."""
        folded = fold(utterance).strip(" .!")
        plain = _plain(folded)
        if plain is not None:
            return plain
        asks = is_question(utterance)
        about = bool(_ABOUT.search(folded))
        if _CHANGE.search(folded) and not (asks and about):
            return Intent.CHANGE
        if _BOOK.search(folded) and not about:
            return Intent.BOOK
        if asks:
            return Intent.QUESTION
        return self._nearest(folded) if len(tokens(folded)) > 2 else Intent.OTHER  # noqa: PLR2004  # "a crown"

    def _nearest(self, folded: str) -> Intent:
        likeness = self._examples @ self._encoder.encode([folded])[0].vector
        best = int(likeness.argmax())
        return self._labels[best] if likeness[best] >= LIKE else Intent.OTHER


def affirms(utterance: str) -> bool:
    """Tell whether an utterance begins by agreeing, whatever follows."""
    folded = fold(utterance).strip(" .!")
    return bool(_YES.match(folded) or _STARTS_YES.match(folded))


def refuses(utterance: str) -> bool:
    """Tell whether an utterance begins by refusing, whatever follows."""
    return bool(_NO.match(fold(utterance)))


def _plain(folded: str) -> Intent | None:
    """Intents that rules can tell with certainty, in the order in which they win."""
    rules = (
        (Intent.REPEAT, _REPEAT),
        (Intent.WHO, _WHO),
        (Intent.HUMAN, _HUMAN),
        (Intent.CALLBACK, _CALLBACK),
        (Intent.GREETING, _GREETING),
    )
    for intent, pattern in rules:
        if pattern.search(folded):
            return intent
    if _GOODBYE.search(folded) and not _CHANGE.search(folded) and not is_question(folded):
        return Intent.GOODBYE
    if _THANKS.match(folded) and not content(folded):
        return Intent.THANKS
    if _NO.match(folded) and len(content(folded)) <= 1:
        return Intent.NO
    return Intent.YES if _YES.match(folded) else None
