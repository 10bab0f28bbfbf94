"""The page of a demo call: one file, everything in it, nothing of it trusted."""

import base64
import re
from html.parser import HTMLParser

import pytest

from infra.local.cli.demo.page.render import Story, render
from tests.fixtures.demo import DemoCall

pytestmark = pytest.mark.unit


def page(demo: DemoCall) -> str:
    story = Story(
        business="Brightwater Dental",
        call=demo.call,
        recording=demo.recording,
        appointment=demo.appointment,
    )
    return render(story)


class Outline(HTMLParser):
    """Tags with their attributes, text without tags, and tags left open."""

    VOID = frozenset({"meta", "br", "hr", "img", "input", "link"})

    def __init__(self, document: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_it_is_one_well_formed_file_that_loads_nothing(demo_call: DemoCall) -> None:
    document = page(demo_call)

    outline = Outline(document)
    assert outline.open == []
    assert "$" not in re.sub(r"\$\d", "", outline.text)  # every place of the template is filled
    sources = [
        attrs[name] for _, attrs in outline.tags for name in ("src", "href") if name in attrs
    ]
    assert [s for s in sources if s and not s.startswith(("data:", "#"))] == []
    assert not re.search(r"url\(|@import|https?://", document)
    assert "default-src 'none'" in document


def test_the_recording_in_it_is_the_calls(demo_call: DemoCall) -> None:
    match = re.search(r'src="data:audio/wav;base64,([^"]+)"', page(demo_call))

    assert match is not None
    assert base64.b64decode(match[1]) == demo_call.recording.wav()


def test_every_turn_can_be_read_and_played_from_where_it_starts(demo_call: DemoCall) -> None:
    outline = Outline(page(demo_call))

    starts = [attrs["data-at"] for tag, attrs in outline.tags if tag == "li" and "data-at" in attrs]
    said = demo_call.call["transcript"]
    assert [float(at or 0) for at in starts] == pytest.approx(
        [t["at_ms"] / 1000 for t in said], abs=0.01
    )
    for turn in said:
        assert turn["text"] in outline.text
    buttons = [attrs for tag, attrs in outline.tags if tag == "button"]
    assert len(buttons) == len(said)
    assert buttons[1]["aria-label"] == "Play from 0:12"


def test_an_answers_time_and_its_tools_stand_once_under_its_first_words(
    demo_call: DemoCall,
) -> None:
    text = Outline(page(demo_call)).text

    assert text.count("looked into the calendar") == 1
    assert text.count("heard after") == len(demo_call.call["turns"])


def test_what_a_caller_says_stays_text(demo_call: DemoCall) -> None:
    hostile = '<script>alert("1")</script> & <b>bold</b>'
    demo_call.call["transcript"][1]["text"] = hostile
    demo_call.call["turns"][0]["caller_said"] = hostile

    outline = Outline(page(demo_call))

    assert outline.text.count(hostile) >= 2
    assert sum(tag == "script" for tag, _ in outline.tags) == 1
    assert "b" not in {tag for tag, _ in outline.tags}


def test_the_bars_of_an_answer_fill_its_whole_wait(demo_call: DemoCall) -> None:
    document = page(demo_call)

    lanes = re.findall(r'<div class="lane" role="img".*?</div>', document)
    assert len(lanes) == len(demo_call.call["turns"])
    for lane in lanes:
        widths = [float(width) for width in re.findall(r'<i [^>]*style="width:([\d.]+)%"', lane)]
        assert sum(widths) == pytest.approx(100, abs=0.1)
    assert re.search(r'aria-label="Silence wait \d+', document)


def test_bill_booking_and_provenance_are_told(demo_call: DemoCall) -> None:
    text = Outline(page(demo_call)).text

    for told in (
        "Speech to text",
        "Whole call",
        "Cleaning, Tuesday 24 November at 08:30, for Emily Carter",
        "Whisper tiny.en",
        "scripted receptionist",
        "150 ms, 80 tokens a second",
        "price book",
    ):
        assert told in text


def test_a_call_without_money_or_booking_still_has_a_page(demo_call: DemoCall) -> None:
    demo_call.call["cost"] = None
    demo_call.appointment = None

    text = Outline(page(demo_call)).text

    assert "In the calendar" not in text
    assert "Whole call" in text
