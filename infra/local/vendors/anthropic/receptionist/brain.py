"""The scripted receptionist: one deterministic reply to one request, from the request alone."""

from infra.local.vendors.anthropic.receptionist import booking as bookings
from infra.local.vendors.anthropic.receptionist import speech, when
from infra.local.vendors.anthropic.receptionist.answers import Encoder
from infra.local.vendors.anthropic.receptionist.appointments import Appointments
from infra.local.vendors.anthropic.receptionist.intents import (
    Intent,
    IntentReader,
    affirms,
    refuses,
)
from infra.local.vendors.anthropic.receptionist.kinds import Kind
from infra.local.vendors.anthropic.receptionist.knowledge import Knowledge
from infra.local.vendors.anthropic.receptionist.questions import is_question
from infra.local.vendors.anthropic.receptionist.reply import Reply, forced, passages_in, told
from infra.local.vendors.anthropic.receptionist.request import (
    AgentSaid,
    CallerSaid,
    Json,
    Request,
    ToolReturned,
    read_request,
)
from infra.local.vendors.anthropic.receptionist.speech import Asked
from infra.local.vendors.anthropic.receptionist.tools import Fact

SEARCH, HOURS, TRANSFER, END = "search_knowledge", "business_hours", "transfer_call", "end_call"


class Receptionist:
    """Knows only the request; the encoder is shared, nothing is kept between requests."""

    def __init__(self, encoder: Encoder) -> None:
        self._intents = IntentReader(encoder)
        self._knowledge = Knowledge(encoder)

    def reply(self, body: Json) -> Reply:
        """Return the reply to a validated body of POST /v1/messages."""
        request = read_request(body)
        return _Turn(request, self._intents, self._knowledge).reply()


class _Turn:
    """One reply in the making."""

    def __init__(self, request: Request, intents: IntentReader, knowledge: Knowledge) -> None:
        self._request = request
        self._intents = intents
        self._knowledge = knowledge
        self._booking = bookings.replay(request, intents)
        self._appointments = Appointments(request, self._booking)

    def reply(self) -> Reply:
        last = self._request.events[-1] if self._request.events else None
        if isinstance(last, ToolReturned):
            return self._after_tool(last)
        utterance = self._request.utterance
        if self._request.forced:
            return forced(self._request, utterance)
        if not utterance:
            return self._unprompted()
        intent = self._intents.read(utterance)
        return (
            self._plain(intent)
            or self._callback(utterance)
            or self._parting(intent, utterance)
            or self._booked(intent, utterance)
            or self._other(intent, utterance)
        )

    # ------------------------------------------------------------------ nothing was said

    def _unprompted(self) -> Reply:
        """The client asks for speech without the caller having spoken."""
        if quoted := speech.quoted(self._request.instructions):
            return Reply(text=quoted)
        said = any(isinstance(event, AgentSaid) for event in self._request.events)
        return Reply(text=speech.STILL_THERE if said else speech.GREETING)

    # ------------------------------------------------------------------ intents that rules can tell

    def _plain(self, intent: Intent) -> Reply | None:
        match intent:
            case Intent.REPEAT:
                return Reply(text=self._last_words() or speech.GREETING)
            case Intent.WHO:
                return Reply(
                    text=speech.joined([speech.ARTIFICIAL, self._pending() or speech.HELP])
                )
            case Intent.HUMAN:
                return self._transfer("The caller asked for a person.")
            case Intent.CHANGE:
                able = TRANSFER in self._request.tools
                return Reply(
                    text=speech.CANNOT_CHANGE if able else speech.CANNOT_CHANGE_NOR_TRANSFER
                )
            case _:
                return None

    def _last_words(self) -> str:
        said = [event.text for event in self._request.events if isinstance(event, AgentSaid)]
        return said[-1] if said else ""

    def _transfer(self, reason: str) -> Reply:
        tool = self._request.tools.get(TRANSFER)
        if tool is None:
            return Reply(text=speech.CANNOT_TRANSFER)
        return Reply(text=speech.PUT_THROUGH).calling(tool, {Fact.REASON: reason})

    # ------------------------------------------------------------------ callback, transfer, goodbye

    def _callback(self, utterance: str) -> Reply | None:
        now = self._booking
        if now.asked is Asked.TRANSFER and affirms(utterance):
            return self._transfer("The caller wants to change or cancel an appointment.")
        if not now.callback or now.active:
            return None
        if now.phone:
            return Reply(text=speech.callback_promised(now.phone, self._request.caller_number))
        if self._request.caller_number and now.asked is Asked.CALLBACK:
            return Reply(text=speech.callback_promised("", None))
        return Reply(text=speech.ASK_PHONE)

    def _parting(self, intent: Intent, utterance: str) -> Reply | None:
        now = self._booking
        if now.stopped:
            return Reply(text=speech.STOPPED)
        done = intent in {Intent.NO, Intent.THANKS} and now.asked is Asked.MORE
        if intent is Intent.GOODBYE or done:
            tool = self._request.tools.get(END)
            parting = Reply(text=speech.CLOSING)
            return (
                parting.calling(tool, {Fact.REASON: "The caller said goodbye."})
                if tool
                else parting
            )
        if now.asked in {Asked.CALLBACK, Asked.TRANSFER} and refuses(utterance):
            return Reply(text=speech.FINE)
        return None

    # ------------------------------------------------------------------ booking

    def _booked(self, intent: Intent, utterance: str) -> Reply | None:
        if not self._booking.active:
            return None
        if not self._booking.filled and intent is Intent.QUESTION:
            return self._answer(utterance)
        return self._appointments.next()

    def _pending(self) -> str:
        return self._appointments.question() if self._booking.active else ""

    # ------------------------------------------------------------------ questions

    def _other(self, intent: Intent, utterance: str) -> Reply:
        match intent:
            case Intent.GREETING:
                return Reply(text=speech.GREETING)
            case Intent.THANKS:
                return Reply(text=speech.WELCOME)
            case Intent.YES:
                return Reply(text=speech.LISTENING)
            case Intent.NO:
                return Reply(text=speech.FINE)
            case Intent.QUESTION:
                return self._answer(utterance)
            case _:
                return self._answer(utterance, statement=True)

    def _answer(self, utterance: str, *, statement: bool = False) -> Reply:
        """Answer from the passages, else ask the tool that may know, else say so."""
        request = self._request
        outcome = self._knowledge.answer(
            utterance,
            passages=request.passages or [],
            before=self._question_before(),
            today=request.today,
        )
        if outcome.text:
            return Reply(text=speech.joined([speech.opened(outcome.text), self._pending()]))
        hours, search = request.tools.get(HOURS), request.tools.get(SEARCH)
        if outcome.kind is Kind.CLOCK and hours and not statement:
            day = when.parse(utterance, request.today).day
            facts = {Fact.DATE: day.isoformat() if day else None}
            return Reply(text=speech.LOOK_HOURS).calling(hours, facts)
        if request.passages is None and search:
            return Reply(text=speech.LOOK_UP).calling(search, {Fact.QUERY: utterance})
        return Reply(text=speech.CLARIFY) if statement else self._unknown()

    def _unknown(self) -> Reply:
        return Reply(text=speech.joined([speech.UNKNOWN, self._pending() or speech.ASK_CALLBACK]))

    def _question_before(self) -> str:
        """The question before the one in hand, for "and on Saturday?"."""
        said = [event.text for event in self._request.events if isinstance(event, CallerSaid)]
        return next((text for text in reversed(said[:-1]) if is_question(text)), "")

    # ------------------------------------------------------------------ tool results

    def _after_tool(self, result: ToolReturned) -> Reply:
        match result.name:
            case bookings.CHECK:
                return self._appointments.after_check(failed=result.failed)
            case bookings.BOOK:
                return self._appointments.after_book(result)
            case name if name == TRANSFER and result.failed:
                return Reply(text=speech.CANNOT_TRANSFER)
            case name if name in {TRANSFER, END}:
                return Reply(text=told(result.value))
            case name if name == SEARCH and not result.failed:
                return self._found(result)
            case _:
                return self._report(result)

    def _found(self, result: ToolReturned) -> Reply:
        said = [event.text for event in self._request.events if isinstance(event, CallerSaid)]
        outcome = self._knowledge.answer(
            said[-1] if said else "",
            passages=passages_in(result),
            before=self._question_before(),
            today=self._request.today,
        )
        if not outcome.text:
            return self._unknown()
        return Reply(text=speech.joined([outcome.text, self._pending()]))

    def _report(self, result: ToolReturned) -> Reply:
        """Speak the result of a tool that has nothing special about it."""
        if result.failed:
            return Reply(text=speech.LOOK_UP_FAILED)
        text = told(result.value) or speech.closed(speech.spoken(result.text))
        return Reply(text=speech.joined([text, self._pending()]))
