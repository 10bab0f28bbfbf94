"""What an utterance is: a question, a wish, a yes; what it is about."""

import pytest

from infra.local.vendors.anthropic.receptionist import service
from infra.local.vendors.anthropic.receptionist.intents import (
    Intent,
    IntentReader,
    affirms,
    refuses,
)
from infra.local.vendors.anthropic.receptionist.kinds import Kind, holds, kind_of, weekdays
from infra.local.vendors.anthropic.receptionist.questions import (
    is_question,
    is_yes_or_no,
    questions,
)
from infra.local.vendors.anthropic.receptionist.words import concept, content, names, stem
from infra.local.vendors.engines.hashing import HashingEncoder

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def intents() -> IntentReader:
    return IntentReader(HashingEncoder())


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("I'd like to book a cleaning, please.", Intent.BOOK),
        ("Do you have anything on Thursday afternoon?", Intent.BOOK),
        ("I need a plumber to fix a leaking faucet.", Intent.BOOK),
        ("I am a new patient, and I need an appointment.", Intent.BOOK),
        ("Do I need an appointment?", Intent.QUESTION),
        ("How long is a cleaning appointment?", Intent.QUESTION),
        ("I need to cancel my appointment.", Intent.CHANGE),
        ("Can I move my appointment to Friday?", Intent.CHANGE),
        ("I need to cancel my appointment tomorrow, is there a fee?", Intent.QUESTION),
        ("What is your cancellation policy?", Intent.QUESTION),
        ("Can I speak to a person, please?", Intent.HUMAN),
        ("This is a complaint. Give me your manager.", Intent.HUMAN),
        ("Please transfer me.", Intent.HUMAN),
        ("No, that's all. Thank you, goodbye.", Intent.GOODBYE),
        ("No, thank you. Have a nice day.", Intent.GOODBYE),
        ("Thanks for your help. Bye bye.", Intent.GOODBYE),
        ("Thank you.", Intent.THANKS),
        ("Hello?", Intent.GREETING),
        ("Yes, that sounds good.", Intent.YES),
        ("No thanks.", Intent.NO),
        ("Sorry, what did you say?", Intent.REPEAT),
        ("Am I talking to a robot?", Intent.WHO),
        ("How much is a crown?", Intent.QUESTION),
        ("Emily Carter", Intent.OTHER),
    ],
)
def test_plain_intents_are_read(intents: IntentReader, said: str, intent: Intent) -> None:
    assert intents.read(said) is intent


@pytest.mark.parametrize("said", ["Yes, please.", "Sounds good", "Yes, that's right.", "Do it."])
def test_agreement_is_heard(said: str) -> None:
    assert affirms(said)
    assert not refuses(said)


@pytest.mark.parametrize("said", ["No, that's not right.", "Nope", "Neither of those works."])
def test_refusal_is_heard(said: str) -> None:
    assert refuses(said)
    assert not affirms(said)


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("Hi, I was wondering if you guys accept Medicaid.", ["you guys accept medicaid."]),
        ("I'm a new patient. Do you take Delta Dental?", ["do you take delta dental?"]),
        (
            "What are your hours and where are you located?",
            ["what are your hours", "where are you located?"],
        ),
        ("When and where are you open?", ["when and where are you open?"]),
        ("Hold on, is there parking?", ["is there parking?"]),
        ("Can you tell me how much a crown costs?", ["how much a crown costs?"]),
    ],
)
def test_questions_are_taken_out_of_their_wrapping(said: str, asked: list[str]) -> None:
    assert is_question(said)
    assert questions(said) == asked


@pytest.mark.parametrize(
    "said", ["I'd like to book a cleaning", "Yes. Tuesday at ten.", "Have a nice day", "Do it."]
)
def test_what_asks_nothing_is_no_question(said: str) -> None:
    assert not is_question(said)


def test_yes_or_no_questions_are_told_from_others() -> None:
    assert is_yes_or_no("Hi, do you sell gift cards?")
    assert not is_yes_or_no("What do you sell?")


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How much is a crown?", Kind.MONEY),
        ("What does a cleaning cost?", Kind.MONEY),
        ("Is the parking free?", Kind.MONEY),
        ("How much notice do you need?", Kind.SPAN),
        ("How long does it take?", Kind.SPAN),
        ("What time do you open?", Kind.CLOCK),
        ("Are you open on Sunday?", Kind.CLOCK),
        ("What is the phone number of the office?", Kind.PHONE),
        ("Who does root canals?", Kind.PERSON),
        ("Where can I park?", Kind.PLACE),
        ("How many sessions are there?", Kind.COUNT),
        ("Do you take Cigna?", Kind.ANY),
    ],
)
def test_the_kind_of_fact_asked_for_is_told(question: str, kind: Kind) -> None:
    assert kind_of(question) is kind


@pytest.mark.parametrize(
    ("statement", "kind", "held"),
    [
        ("Crown: $1,100", Kind.MONEY, True),
        ("Estimates are free.", Kind.MONEY, True),
        ("We do crowns.", Kind.MONEY, False),
        ("We close at 5 p.m.", Kind.CLOCK, True),
        ("It takes an hour.", Kind.CLOCK, False),
        ("The guarantee lasts two years.", Kind.SPAN, True),
        ("Call 555-0142.", Kind.PHONE, True),
        ("We sell 30 kinds.", Kind.PHONE, False),
        ("Dr. Park sees children.", Kind.PERSON, True),
    ],
)
def test_the_kind_of_fact_in_a_statement_is_told(statement: str, kind: Kind, held: bool) -> None:
    assert holds(statement, kind) is held


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Monday to Thursday", {0, 1, 2, 3}),
        ("Mon-Fri", {0, 1, 2, 3, 4}),
        ("Friday through Monday", {4, 5, 6, 0}),
        ("on weekdays and on Saturday", {0, 1, 2, 3, 4, 5}),
        ("Sundays and holidays", {6}),
        ("every day", {0, 1, 2, 3, 4, 5, 6}),
        ("the sun is out", {6}),
        ("we are married", set[int]()),
    ],
)
def test_weekdays_are_spread_out(text: str, days: set[int]) -> None:
    assert weekdays(text) == days


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("I'd like to book a cleaning for Tuesday", "cleaning"),
        ("Can I book a check-up, please?", "check-up"),
        ("I want to book a whitening appointment.", "whitening"),
        ("I need a plumber to fix a leaking faucet.", "fix a leaking faucet"),
        ("I would like to book an annual inspection.", "annual inspection"),
        ("I'd like to make an appointment for Tuesday morning", ""),
        ("Can I come in tomorrow?", ""),
    ],
)
def test_the_service_is_taken_from_a_wish(said: str, wanted: str) -> None:
    assert service.wished(said) == wanted


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("A cleaning.", "cleaning"),
        ("It's for a vaccination for my dog", "vaccination"),
        ("whitening please", "whitening"),
        ("Wednesday at one o'clock.", ""),
    ],
)
def test_the_service_is_taken_from_a_reply(said: str, wanted: str) -> None:
    assert service.answered(said) == wanted


def test_words_are_compared_by_what_they_mean() -> None:
    assert stem("cleanings") == stem("cleaned") == stem("clean")
    assert concept("kids") == concept("children")
    assert concept("costs") == concept("price")
    assert content("How much do you charge for a will?") == ["charge", "will"]
    assert names("Hi, do you take Delta Dental or Cigna?") == {"delta", "dental", "cigna"}
