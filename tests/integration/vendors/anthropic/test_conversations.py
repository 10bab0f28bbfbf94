"""Whole conversations with the scripted receptionist, through the real client."""

import pytest

from tests.fixtures.http_vendors import AnthropicServer
from tests.integration.vendors.anthropic.office import TOOLS, Office, tool

pytestmark = pytest.mark.integration


@pytest.fixture
def office(anthropic_server: AnthropicServer) -> Office:
    return Office(server=anthropic_server)


def test_a_question_is_answered_from_the_passages(office: Office) -> None:
    assert "$1,100" in office.say("Hi, how much is a crown?")
    assert "Mill Lane" in office.say("And where can I park?")


def test_a_follow_up_is_read_with_the_question_before_it(office: Office) -> None:
    assert "8 AM to 5 PM" in office.say("What time do you open on Friday?")
    assert "closed" in office.say("And on Saturday?")


def test_what_the_passages_do_not_say_is_not_known(office: Office) -> None:
    said = office.say("Do you sell gift cards?")

    assert said.startswith("I'm sorry, I don't have that information.")
    assert "call you back" in said
    assert "number you're calling from" in office.say("Yes, please.")


def test_the_same_question_gets_another_business_s_answer(
    anthropic_server: AnthropicServer,
) -> None:
    question = "How much is a crown?"
    other = Office(server=anthropic_server, passages=(("Prices", "A crown costs $900 here."),))

    assert "$900" in other.say(question)
    assert "don't have that" in Office(server=anthropic_server, passages=()).say(question)


def test_only_the_first_five_passages_are_read(anthropic_server: AnthropicServer) -> None:
    filler = tuple((f"Note {number}", "The garden has roses.") for number in range(5))
    office = Office(server=anthropic_server, passages=(*filler, ("Fees", "A crown costs $900.")))

    assert "don't have that" in office.say("How much is a crown?")


def test_an_appointment_is_booked_over_several_turns(office: Office) -> None:
    assert "What day" in office.say("I'd like to book a cleaning, please.")
    assert "9 AM, 10 AM, or 2 PM" in office.say("Tuesday, please.")
    assert "full name" in office.say("The second one.")
    assert "number you're calling from" in office.say("My name is Emily Carter.")
    confirmation = office.say("No, it's nine one seven, five five five, zero one two three.")
    assert "Shall I book a cleaning" in confirmation
    assert "9 1 7, 5 5 5, 0 1 2 3" in confirmation
    assert office.names() == ["check_availability"]

    assert "booked for Tuesday, November 24 at 10 a.m." in office.say("Yes, please.")

    assert office.used == [
        ("check_availability", {"service": "cleaning", "date": "2026-11-24"}),
        (
            "book_appointment",
            {
                "slot_id": "slot-10",
                "name": "Emily Carter",
                "phone": "+19175550123",
                "service": "cleaning",
            },
        ),
    ]
    assert "Goodbye" in office.say("No, that's all. Thank you, goodbye.")
    assert office.names()[-1] == "end_call"


def test_a_wished_hour_that_is_free_is_taken_at_once(office: Office) -> None:
    said = office.say("Can I book a cleaning for Tuesday at ten?")

    assert "is free" in said
    assert "full name" in said


def test_a_question_in_the_middle_of_a_booking_is_answered_and_the_booking_goes_on(
    office: Office,
) -> None:
    office.say("I'd like to book a cleaning for Tuesday at ten.")

    said = office.say("How much is a cleaning?")

    assert "$120" in said
    assert said.endswith("May I have your full name?")


def test_a_refused_confirmation_lets_the_time_be_changed(office: Office) -> None:
    office.say("Book me a cleaning on Tuesday at ten, my name is Tom Baker.")
    office.say("Yes, this number is fine.")

    assert "What should I change" in office.say("No, that's not right.")
    assert "Thursday, November 26" in office.say("Make it Thursday.")
    assert office.names() == ["check_availability", "check_availability"]


def test_nothing_is_booked_when_the_caller_changes_their_mind(office: Office) -> None:
    office.say("I'd like to book a cleaning for Tuesday at ten.")

    assert "won't book anything" in office.say("Never mind, I'll call back later.")


def test_a_full_day_leads_to_another_one(anthropic_server: AnthropicServer) -> None:
    office = Office(server=anthropic_server, hours=())

    assert "another day" in office.say("Please book a cleaning for Tuesday.")


def test_a_failing_calendar_is_apologised_for(anthropic_server: AnthropicServer) -> None:
    office = Office(server=anthropic_server, broken=frozenset({"check_availability"}))

    said = office.say("Please book a cleaning for Tuesday.")

    assert "I'm sorry" in said
    assert "call you back" in said


def test_a_slot_that_was_taken_meanwhile_is_apologised_for(
    anthropic_server: AnthropicServer,
) -> None:
    office = Office(server=anthropic_server, broken=frozenset({"book_appointment"}))
    office.say("Book me a cleaning on Tuesday at ten, my name is Tom Baker.")
    office.say("Yes, this number is fine.")

    assert "could not be booked" in office.say("Yes.")


def test_required_arguments_that_only_the_caller_knows_are_asked_for(
    anthropic_server: AnthropicServer,
) -> None:
    booking = tool(
        "book_appointment", "slot_id", "name", "phone", "member_code",
        slot_id="slot", name="name", phone="phone", member_code="Code on the card",
    )  # fmt: skip
    others = tuple(one for one in TOOLS if one["name"] != "book_appointment")
    office = Office(server=anthropic_server, tools=(*others, booking))
    office.say("Book me a cleaning on Tuesday at ten, my name is Tom Baker.")

    assert "your member code?" in office.say("Yes, this number is fine.")
    assert "Shall I book" in office.say("AB twelve")
    office.say("Yes")

    assert office.used[-1][1]["member_code"] == "AB twelve"


def test_a_person_is_asked_for_and_reached(office: Office) -> None:
    assert "put you through" in office.say("Can I speak to a person, please?")
    assert office.names() == ["transfer_call"]


def test_a_transfer_that_fails_offers_a_callback(anthropic_server: AnthropicServer) -> None:
    office = Office(server=anthropic_server, broken=frozenset({"transfer_call"}))

    assert "call you back" in office.say("Give me your manager.")


def test_cancelling_is_passed_to_a_person(office: Office) -> None:
    assert "put you through" in office.say("I need to cancel my appointment.")
    office.say("Yes, please.")

    assert office.names() == ["transfer_call"]


def test_hours_that_no_passage_gives_come_from_the_tool(
    anthropic_server: AnthropicServer,
) -> None:
    office = Office(server=anthropic_server, passages=())

    assert "we are closed" in office.say("Are you open on Sunday?")
    assert office.used == [("business_hours", {"date": "2026-11-22"})]


def test_knowledge_is_searched_when_none_was_given(anthropic_server: AnthropicServer) -> None:
    search = tool("search_knowledge", "query", query="What to look for")
    office = Office(server=anthropic_server, passages=(), tools=(*TOOLS, search))

    assert "$4 an hour" in office.say("How much is parking?")
    assert office.names() == ["search_knowledge"]


def test_the_same_request_gets_the_same_reply(anthropic_server: AnthropicServer) -> None:
    said = {Office(server=anthropic_server).say("Do you have parking?") for _ in range(3)}

    assert len(said) == 1
