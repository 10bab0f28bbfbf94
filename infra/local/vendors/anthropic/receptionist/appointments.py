"""The next step of a booking: which question, which tool, and what a result means."""

from infra.local.vendors.anthropic.receptionist import calendar, contact, speech, when
from infra.local.vendors.anthropic.receptionist.booking import BOOK, CHECK, Booking, missing
from infra.local.vendors.anthropic.receptionist.calendar import Slot
from infra.local.vendors.anthropic.receptionist.reply import Reply, told
from infra.local.vendors.anthropic.receptionist.request import Request, ToolReturned
from infra.local.vendors.anthropic.receptionist.speech import Asked
from infra.local.vendors.anthropic.receptionist.tools import Fact

_ACKNOWLEDGED: dict[Asked | None, str] = {
    Asked.NAME: speech.ACKNOWLEDGED,
    Asked.PHONE: speech.THANKED,
    Asked.THIS_NUMBER: speech.THANKED,
}


class Appointments:
    """Leads a caller from the wish to the booked appointment, one question at a time."""

    def __init__(self, request: Request, booking: Booking) -> None:
        self._request = request
        self._now = booking
        self._book = request.tools.get(BOOK)
        self._check = request.tools.get(CHECK)

    def next(self) -> Reply:
        """Return the next step after something the caller said."""
        now = self._now
        if self._book is None or self._check is None:
            return Reply(text=speech.CANNOT_BOOK)
        if now.refused:
            return Reply(text=speech.ASK_CHANGE)
        lacking = missing(now, self._request)
        if lacking in {Asked.WHEN, Asked.WHICH} and now.fresh_wish:
            facts = self._wish_facts()
            return Reply(text=speech.LOOK_CALENDAR).calling(self._check, facts, extra=now.extra)
        if lacking is None and now.slot:
            facts = self._booking_facts(now.slot)
            return Reply(text=speech.BOOKING_NOW).calling(self._book, facts, extra=now.extra)
        if not now.filled:
            return Reply(text=f"{speech.SORRY} {self.question()}")
        return Reply(text=speech.joined([_ACKNOWLEDGED.get(lacking, ""), self.question()]))

    def question(self) -> str:
        """Return what has to be asked next."""
        now = self._now
        match missing(now, self._request):
            case Asked.SERVICE:
                return speech.ASK_SERVICE
            case Asked.WHEN:
                return speech.ASK_WHEN
            case Asked.WHICH:
                return self._offer()
            case Asked.NAME:
                return speech.ASK_NAME
            case Asked.THIS_NUMBER:
                return speech.ASK_THIS_NUMBER
            case Asked.PHONE:
                return speech.ASK_PHONE
            case Asked.EXTRA:
                unknown = self._book.unknown(now.extra) if self._book else None
                return speech.ask_extra(unknown.label) if unknown else ""
            case _:
                return self._confirmation(now.slot) if now.slot else speech.ASK_WHEN

    def after_check(self, *, failed: bool) -> Reply:
        """Return what follows an answer of the calendar."""
        now = self._now
        if failed:
            return Reply(text=speech.CANNOT_BOOK)
        if not now.offered:
            return Reply(text=speech.NOTHING_FREE)
        if now.slot:
            return Reply(text=f"{now.slot.spoken} is free. {self.question()}")
        if now.wish.clock:
            clock = when.spoken_clock(now.wish.clock)
            return Reply(text=f"{clock} isn't free, but {speech.lowered(self._offer())}")
        return Reply(text=self._offer())

    def after_book(self, result: ToolReturned) -> Reply:
        """Return what follows a booking, made or refused."""
        if result.failed:
            return Reply(text=speech.TAKEN)
        return Reply(text=f"{speech.booked(told(result.value))} {speech.MORE}")

    def _offer(self) -> str:
        return calendar.offer(calendar.nearest_first(self._now.offered, self._now.wish))

    def _confirmation(self, slot: Slot) -> str:
        now = self._now
        dictated = now.phone and now.phone != self._request.caller_number
        number = f", phone number {contact.spoken_phone(now.phone)}" if dictated else ""
        return speech.confirm(service=now.service, when=slot.spoken, name=now.name, number=number)

    def _wish_facts(self) -> dict[Fact, str | None]:
        wish = self._now.wish
        part = wish.part
        if part is None and wish.clock:
            part = when.part_of(wish.clock)
        return {
            Fact.SERVICE: self._now.service or None,
            Fact.DATE: wish.day.isoformat() if wish.day else None,
            Fact.PART: part,
        }

    def _booking_facts(self, slot: Slot) -> dict[Fact, str | None]:
        now = self._now
        return {
            Fact.SLOT: slot.id,
            Fact.START: slot.start,
            Fact.DATE: slot.begins.date().isoformat() if slot.begins else None,
            Fact.NAME: now.name,
            Fact.PHONE: now.phone,
            Fact.SERVICE: now.service or None,
            Fact.REASON: now.service or None,
        }
