"""A reply cut into tokens: nothing lost, limits kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.vendors.anthropic import tokens
from infra.local.vendors.anthropic.composition import Composition, compose
from infra.local.vendors.anthropic.receptionist.reply import Reply, ToolCall
from infra.local.vendors.anthropic.speed import Speed, SpeedOrder, Speeds

pytestmark = pytest.mark.unit

CALL = ToolCall(name="end_call", arguments={"reason": "The caller said goodbye."})


def composed(reply: Reply, *, max_tokens: int = 100, stop: tuple[str, ...] = ()) -> Composition:
    return compose(reply, max_tokens=max_tokens, stop_sequences=stop, parallel_tools=True)


@given(st.text())
def test_tokens_joined_again_give_the_text_back(text: str) -> None:
    assert "".join(tokens.pieces(text)) == text


def test_a_tool_call_follows_the_words() -> None:
    made = composed(Reply(text="Goodbye.", calls=(CALL,)))

    assert [block.as_json()["type"] for block in made.blocks] == ["text", "tool_use"]
    assert made.blocks[1].as_json()["input"] == CALL.arguments
    assert made.stop_reason == "tool_use"


def test_a_call_without_words_has_no_empty_text_block() -> None:
    made = composed(Reply(text="", calls=(CALL,)))

    assert [block.as_json()["type"] for block in made.blocks] == ["tool_use"]


def test_too_few_tokens_cut_the_words_or_the_call() -> None:
    assert composed(Reply(text="one two three"), max_tokens=2).stop_reason == "max_tokens"
    cut = composed(Reply(text="Bye.", calls=(CALL,)), max_tokens=3)
    assert cut.stop_reason == "max_tokens"
    assert len(cut.blocks) == 1


def test_nothing_to_say_is_an_empty_message() -> None:
    made = composed(Reply(text=""))

    assert made.blocks == ()
    assert made.stop_reason == "end_turn"
    assert made.output_tokens == 1


def test_the_first_stop_sequence_ends_the_text() -> None:
    made = composed(Reply(text="one, two. three"), stop=(".", ","))

    assert made.blocks[0].as_json() == {"type": "text", "text": "one"}
    assert made.stop_sequence == ","


def test_one_tool_at_a_time_when_the_request_says_so() -> None:
    made = compose(
        Reply(text="", calls=(CALL, CALL)),
        max_tokens=100,
        stop_sequences=(),
        parallel_tools=False,
    )

    assert len(made.blocks) == 1


def test_a_call_s_speed_overrules_the_general_one() -> None:
    speeds = Speeds(Speed())
    speeds.set(SpeedOrder(call="a", first_token_ms=0, tokens_per_second=0))
    speeds.set(SpeedOrder(first_token_ms=300, tokens_per_second=100))

    assert speeds.of("a").due(5) == 0
    assert speeds.of("b").due(10) == pytest.approx(0.4)
