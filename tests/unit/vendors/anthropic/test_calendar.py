"""Which offered time a caller's words mean, and what a tool's arguments are filled with."""

from datetime import date

import pytest

from infra.local.vendors.anthropic.receptionist import calendar, when
from infra.local.vendors.anthropic.receptionist.tools import Fact, Tool

pytestmark = pytest.mark.unit

TODAY = date(2026, 11, 21)
OFFERED = calendar.read_slots(
    {
        "slots": [
            {"slot_id": "a", "start": "2026-11-24T09:00:00-05:00", "spoken": "Tuesday at 9"},
            {"slot_id": "b", "start": "2026-11-24T10:30:00-05:00", "spoken": "Tuesday at 10:30"},
            {"slot_id": "c", "start": "2026-11-25T14:00:00-05:00", "spoken": "Wednesday at 2"},
        ]
    }
)


def chosen(said: str) -> str | None:
    slot = calendar.choose(said, when.parse(said, TODAY), offered=OFFERED)
    return slot.id if slot else None


@pytest.mark.parametrize(
    ("said", "slot"),
    [
        ("The first one is fine.", "a"),
        ("The second one, please.", "b"),
        ("the last one", "c"),
        ("ten thirty", "b"),
        ("the one on Wednesday", "c"),
        ("two o'clock", "c"),
        ("the earlier one on Tuesday", "a"),
        ("as soon as possible", "a"),
        ("Tuesday", None),
        ("Yes", None),
        ("Neither of those works for me.", None),
        ("four o'clock", None),
    ],
)
def test_a_choice_is_understood(said: str, slot: str | None) -> None:
    assert chosen(said) == slot


def test_yes_chooses_the_only_time() -> None:
    slot = calendar.choose("Yes, that works.", when.When(), offered=OFFERED[:1])

    assert slot is not None
    assert slot.id == "a"


def test_times_of_one_day_name_the_day_once() -> None:
    assert calendar.offer(OFFERED[:2]).startswith(
        "On Tuesday, November 24, I have 9 AM or 10:30 AM"
    )
    assert calendar.offer(OFFERED).startswith("I have Tuesday at 9, Tuesday at 10:30, or Wednesday")


def test_the_times_nearest_to_the_wished_hour_are_offered() -> None:
    many = [
        {"slot_id": str(hour), "start": f"2026-11-24T{hour:02d}:00:00-05:00"}
        for hour in (8, 9, 10, 14, 15)
    ]
    wish = when.parse("at 3 pm", TODAY)

    near = calendar.nearest_first(calendar.read_slots(many), wish)

    assert [slot.id for slot in near] == ["10", "14", "15"]


def test_a_new_day_keeps_the_part_of_the_day_and_drops_the_hour() -> None:
    wish = when.parse("Tuesday morning", TODAY)

    moved = calendar.narrowed(wish, when.parse("what about Wednesday?", TODAY))

    assert (moved.day, moved.part, moved.clock) == (date(2026, 11, 25), "morning", None)


@pytest.mark.parametrize("value", [None, "text", {"slots": None}, {"slots": "none"}, [1, 2]])
def test_what_holds_no_slots_offers_none(value: object) -> None:
    assert calendar.read_slots(value) == ()


def declared(*required: str, **properties: object) -> Tool:
    schema = {"type": "object", "properties": properties, "required": list(required)}
    return Tool.read({"name": "book", "input_schema": schema})


def test_arguments_are_recognised_by_name_and_by_description() -> None:
    tool = declared(
        slotId={"type": "string"},
        who={"type": "string", "description": "The caller's full name"},
        callback_number={"type": "string"},
        treatment={"type": "string"},
        starts_at={"type": "string", "description": "Start of the appointment"},
    )

    facts = {
        Fact.SLOT: "a",
        Fact.NAME: "Ann",
        Fact.PHONE: "+1",
        Fact.SERVICE: "x",
        Fact.START: "s",
    }

    assert tool.fill(facts) == {
        "slotId": "a",
        "who": "Ann",
        "callback_number": "+1",
        "treatment": "x",
        "starts_at": "s",
    }


def test_unknown_arguments_are_left_out_made_null_or_asked_for() -> None:
    tool = declared(
        "service",
        "part",
        "member_code",
        service={"anyOf": [{"type": "string"}, {"type": "null"}]},
        part={"type": ["string", "null"], "enum": ["morning", "afternoon", None]},
        date={"type": "string"},
        member_code={"type": "string"},
    )

    unknown = tool.unknown({})

    assert tool.fill({}) == {"service": None, "part": None}
    assert unknown is not None
    assert unknown.label == "member code"
    assert tool.unknown({"member_code": "x"}) is None


def test_values_fit_choices_and_lengths() -> None:
    tool = declared(
        service={"type": "string", "enum": ["teeth_cleaning", "crown"]},
        query={"type": "string", "maxLength": 4},
    )

    assert tool.fill({Fact.SERVICE: "a cleaning", Fact.QUERY: "parking"}) == {
        "service": "teeth_cleaning",
        "query": "park",
    }
