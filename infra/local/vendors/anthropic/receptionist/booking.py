"""The booking so far, worked out anew from the history of every request: nothing is stored."""

import re
from dataclasses import dataclass, field

from infra.local.vendors.anthropic.receptionist import calendar, contact, service, speech, when
from infra.local.vendors.anthropic.receptionist.calendar import Slot
from infra.local.vendors.anthropic.receptionist.intents import (
    Intent,
    IntentReader,
    affirms,
    refuses,
)
from infra.local.vendors.anthropic.receptionist.questions import is_question
from infra.local.vendors.anthropic.receptionist.request import (
    AgentSaid,
    CallerSaid,
    Event,
    Request,
    ToolCalled,
    ToolReturned,
)
from infra.local.vendors.anthropic.receptionist.speech import Asked
from infra.local.vendors.anthropic.receptionist.tools import Fact
from infra.local.vendors.anthropic.receptionist.when import When
from infra.local.vendors.anthropic.receptionist.words import content, fold, tokens, word_set

CHECK, BOOK = "check_availability", "book_appointment"

_STOP = re.compile(
    r"\b(?:never ?mind|forget (?:it|about it)|don't book|changed my mind|leave it|not right now)\b"
)
_THIS_NUMBER = re.compile(
    r"\b(?:this|same|current|that|the) (?:number|phone|one)\b|\bcalling (?:you )?from\b|\bon now\b"
)
# Words of an utterance about times that are no subject of their own.
_ABOUT_TIMES = word_set(
    """
    anything something available availability free open opening openings slot slots appointment
    appointments time times earlier later instead works work best better fine good come day days
    week next possible book morning afternoon evening noon available today tomorrow half quarter
    """
)


@dataclass(slots=True, kw_only=True)
class Booking:
    """What the history says about a booking and about what was asked last."""

    active: bool = False
    service: str = ""
    asked_service: bool = False
    wish: When = field(default_factory=When)
    fresh_wish: bool = False  # a day or time was said that the calendar was not asked about yet
    offered: tuple[Slot, ...] = ()
    slot: Slot | None = None
    name: str = ""
    phone: str = ""
    extra: dict[str, str] = field(default_factory=dict[str, str])
    agreed: bool = False
    refused: bool = False  # "no" to "Shall I book ...?", and nothing more
    callback: bool = False  # the caller wants to be called back
    stopped: bool = False  # the last utterance gave the booking up
    filled: bool = False  # the last utterance gave something that was wanted
    asked: Asked | None = None
    asked_extra: str = ""


def replay(request: Request, intents: IntentReader) -> Booking:
    """Walk through the history and return where the booking stands now."""
    walk = _Walk(request, intents)
    for event in request.events:
        walk.take(event)
    return walk.now


def missing(booking: Booking, request: Request) -> Asked | None:
    """Return what a booking lacks next, in the order in which it is asked for; None: nothing."""
    check, book = request.tools.get(CHECK), request.tools.get(BOOK)
    takes_service = any(tool and tool.wants(Fact.SERVICE) for tool in (check, book))
    if takes_service and not (booking.service or booking.asked_service or booking.offered):
        return Asked.SERVICE
    if booking.slot is None:
        return Asked.WHICH if booking.offered else Asked.WHEN
    if not booking.name:
        return Asked.NAME
    if not booking.phone:
        return (
            Asked.THIS_NUMBER
            if request.caller_number and booking.asked is not Asked.PHONE
            else Asked.PHONE
        )
    if book and book.unknown(booking.extra):
        return Asked.EXTRA
    return None if booking.agreed else Asked.CONFIRM


def about_business(text: str, intents: IntentReader) -> bool:
    """Tell whether an utterance asks about the business rather than about free times."""
    if not is_question(text) or intents.read(text) is not Intent.QUESTION:
        return False
    return any(
        word not in _ABOUT_TIMES and not when.parse(word, None) and when.number(word) is None
        for word in content(text)
    )


class _Walk:
    """The state while walking; one method an event, one a kind of slot."""

    def __init__(self, request: Request, intents: IntentReader) -> None:
        self.now = Booking()
        self._request = request
        self._intents = intents

    def take(self, event: Event) -> None:
        match event:
            case AgentSaid():
                self._said(event.text)
            case CallerSaid():
                self._heard(event.text)
            case ToolCalled():
                if event.name in {CHECK, BOOK}:
                    self.now.active, self.now.fresh_wish = True, False
            case ToolReturned():
                self._returned(event)

    def _said(self, text: str) -> None:
        now = self.now
        now.asked = speech.asked_in(text)
        now.asked_extra = speech.extra_asked(text) or ""
        now.asked_service |= now.asked is Asked.SERVICE
        if speech.promised_callback(text):
            now.callback = False

    def _returned(self, event: ToolReturned) -> None:
        now = self.now
        if event.name == CHECK:
            now.offered = calendar.read_slots(event.value)
            now.slot = calendar.exact(now.wish, now.offered)
        elif event.name == BOOK and event.failed:
            now.offered = tuple(slot for slot in now.offered if slot != now.slot)
            now.slot, now.agreed = None, False
        elif event.name == BOOK:
            self.now = Booking(name=now.name, phone=now.phone)

    def _heard(self, text: str) -> None:
        now = self.now
        now.filled = now.refused = now.stopped = False
        if now.active and _STOP.search(fold(text)):
            self.now = Booking(name=now.name, phone=now.phone, stopped=True)
            return
        intent = self._intents.read(text)
        asked = now.asked or (missing(now, self._request) if now.active else None)
        if intent is Intent.CALLBACK or (asked is Asked.CALLBACK and affirms(text)):
            now.callback = True
        elsewhere = about_business(text, self._intents)
        if not elsewhere:
            self._contact(text, asked)
        if intent is Intent.BOOK and not now.active:
            now.active = now.filled = True
        if now.active and not elsewhere:
            self._details(text, asked, intent)

    def _details(self, text: str, asked: Asked | None, intent: Intent) -> None:
        now = self.now
        named = asked is Asked.SERVICE and now.filled  # "My name is Tom" is no service
        if not now.service and not named and (asked is Asked.SERVICE or intent is Intent.BOOK):
            now.service = (service.answered if asked is Asked.SERVICE else service.wished)(text)
            now.filled |= bool(now.service)
        if asked is Asked.EXTRA and now.asked_extra and not is_question(text):
            now.extra[now.asked_extra.replace(" ", "_")] = text.strip(" .")
            now.filled = True
        elif asked not in {Asked.NAME, Asked.PHONE, Asked.THIS_NUMBER}:
            self._time(text, asked)
        if asked is Asked.RETRY and affirms(text):
            now.fresh_wish = now.filled = True
        elif asked is Asked.CONFIRM:
            self._decision(text)
        elif asked is Asked.CHANGE:
            self._reopen(text)

    def _time(self, text: str, asked: Asked | None) -> None:
        now = self.now
        if contact.phone(text):
            return  # its digits would pass for hours
        said = when.parse(text, self._request.today)
        fitting = calendar.matching(said, now.offered)
        chosen = (
            calendar.choose(text, said, offered=now.offered)
            if asked is Asked.WHICH or fitting
            else None
        )
        if chosen:
            now.slot, now.filled, now.agreed = chosen, True, False
        elif fitting:  # several on that day: ask which
            now.offered, now.slot, now.filled = fitting, None, True
        elif said:
            now.wish = calendar.narrowed(now.wish, said)
            now.slot, now.agreed, now.filled, now.fresh_wish = None, False, True, True
        elif asked is Asked.WHICH and (calendar.rejects(text) or refuses(text)):
            now.offered, now.wish, now.filled = (), When(), True

    def _decision(self, text: str) -> None:
        now = self.now
        if affirms(text) and not now.fresh_wish and not is_question(text):
            now.agreed = now.filled = True
        elif refuses(text):
            now.refused = not now.filled

    def _reopen(self, text: str) -> None:
        """ "The time" or "my name" without the new value: ask for it again."""
        now = self.now
        if now.filled:
            return
        said = set(tokens(text))
        if said & {"name", "spelling"}:
            now.name, now.filled = "", True
        elif said & {"number", "phone", "telephone"}:
            now.phone, now.filled = "", True
        elif said & {"time", "day", "date", "hour", "slot"}:
            now.slot, now.offered, now.wish, now.filled = None, (), When(), True

    def _contact(self, text: str, asked: Asked | None) -> None:
        now = self.now
        name = contact.introduced_name(text) if "name" in tokens(text) or not now.name else None
        if asked is Asked.NAME:
            name = contact.given_name(text) or name
        elif asked not in {None, Asked.CHANGE, Asked.MORE} and "name" not in tokens(text):
            name = None  # "It's for Friday" names nobody
        if name:
            now.name, now.filled, now.agreed = name, True, False
        phone = contact.phone(text)
        here = _THIS_NUMBER.search(fold(text)) or (asked is Asked.THIS_NUMBER and affirms(text))
        if phone is None and here and asked in {Asked.PHONE, Asked.THIS_NUMBER}:
            phone = self._request.caller_number
        if phone:
            now.phone, now.filled, now.agreed = phone, True, False
