"""Providers that fail or stall in mid-call: the caller hears something, the record says why."""

from dataclasses import dataclass

import pytest

from tests.e2e.abreast import abreast
from tests.e2e.calling import PROMISE, calling
from tests.e2e.conftest import Stage
from tests.e2e.stackfacts import Record

pytestmark = pytest.mark.e2e

FOR_EVER = 1000  # times
PATIENCE = PROMISE + 0.5  # seconds of quiet after which a caller in trouble gives up waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What a vendor does to one call, and which component the record blames."""

    vendor: str
    component: str
    kind: str
    at: str
    times: int = 1
    status: int = 500
    route: str | None = None

    def order(self, match: dict[str, str]) -> dict[str, object]:
        """As `POST /faults` takes it; a stall lasts for ever."""
        aim = match | ({"route": self.route} if self.route else {})
        return {
            "match": aim,
            "kind": self.kind,
            "at": self.at,
            "times": self.times,
            "status": self.status,
        }


def ears(kind: str, at: str, *, times: int = 1) -> Trouble:
    return Trouble(
        vendor="deepgram", component="stt", kind=kind, at=at, times=times, route="/v1/listen"
    )


def brain(kind: str, at: str, *, times: int = 1, status: int = 500) -> Trouble:
    return Trouble(
        vendor="anthropic", component="llm_output", kind=kind, at=at, times=times, status=status
    )


def voice(kind: str, at: str, *, times: int = 1) -> Trouble:
    return Trouble(
        vendor="deepgram", component="tts", kind=kind, at=at, times=times, route="/v1/speak"
    )


def memory(kind: str, at: str, *, times: int = 1) -> Trouble:
    return Trouble(vendor="openai", component="embedding", kind=kind, at=at, times=times)


# ------------------------------------------------------------------------------------ the model


@abreast()
async def test_an_overloaded_model_is_asked_again_and_answers(stage: Stage) -> None:
    record, words = await _asks_through(stage, brain("error", "accept", status=529))
    assert "medicaid" in words
    assert _codes(record, "llm_output") == {"http_529"}


@abreast()
async def test_a_model_that_stalls_is_asked_again_and_answers(stage: Stage) -> None:
    record, words = await _asks_through(stage, brain("stall", "accept"))
    assert "medicaid" in words
    assert _codes(record, "llm_output") == {"timeout"}


@abreast({kind: brain(kind, "middle", times=2) for kind in ("error", "drop", "stall")})
async def test_a_model_that_breaks_in_mid_answer_is_apologised_for(
    stage: Stage, trouble: Trouble
) -> None:
    record, words = await _asks_through(stage, trouble)
    assert "trouble" in words
    failures = record.failures("llm_output")  # two, when the turn was begun once too early
    assert all(failure["retryable"] for failure in failures)
    assert "apologised" in {failure["action"] for failure in failures}


@abreast()
async def test_a_model_that_is_dead_for_good_hands_the_caller_to_the_clients_own_phone(
    stage: Stage,
) -> None:
    record = await _is_handed_over(stage, brain("error", "accept", times=FOR_EVER, status=529))
    assert _codes(record, "llm_output") == {"http_529"}


# -------------------------------------------------------------------------------- the recogniser


@abreast()
async def test_a_recogniser_that_refuses_at_first_is_asked_again(stage: Stage) -> None:
    trouble = ears("error", "accept", times=2)
    hold = {"kind": "delay", "at": "accept", "ms": 1500}
    number = "+19175551001"
    match = {"api_key": number, "route": "/media"}
    async with (
        stage.stack.fault("twilio", match=match, **hold),
        calling(stage.stack, stage.practice, number=number) as caller,
        stage.stack.fault(trouble.vendor, **trouble.order(await caller.match())),
    ):
        await caller.greeted()
        await caller.goes_on()
    record = await caller.record()
    assert _codes(record, "stt") == {"http_500"}
    await caller.tells_the_same(record)


@abreast({kind: ears(kind, "middle") for kind in ("error", "drop", "stall")})
async def test_a_recogniser_that_breaks_in_mid_call_is_replaced_and_sent_the_words_again(
    stage: Stage, trouble: Trouble
) -> None:
    record, words = await _asks_through(stage, trouble, after_a_turn=True)
    assert "medicaid" in words
    assert _codes(record, "stt")


@abreast()
async def test_a_recogniser_that_is_dead_for_good_hands_the_caller_to_the_clients_own_phone(
    stage: Stage,
) -> None:
    record = await _is_handed_over(
        stage, ears("error", "accept", times=FOR_EVER), ears("drop", "first", times=FOR_EVER)
    )
    assert _codes(record, "stt")


# ------------------------------------------------------------------------------------- the voice


@abreast({kind: voice(kind, "first") for kind in ("error", "drop", "stall")})
async def test_a_voice_that_breaks_before_a_word_is_replaced_by_another(
    stage: Stage, trouble: Trouble
) -> None:
    record, words = await _asks_through(stage, trouble)
    assert "medicaid" in words
    assert _codes(record, "tts")


@abreast({kind: voice(kind, "middle") for kind in ("error", "drop", "stall")})
async def test_a_voice_that_breaks_in_mid_answer_is_replaced_by_another(
    stage: Stage, trouble: Trouble
) -> None:
    record, words = await _asks_through(stage, trouble)
    assert "medicaid" in words
    assert _codes(record, "tts")


@abreast({kind: voice(kind, "middle", times=2) for kind in ("error", "drop", "stall")})
async def test_a_voice_that_breaks_in_mid_answer_twice_is_apologised_for(
    stage: Stage, trouble: Trouble
) -> None:
    record, words = await _asks_through(stage, trouble)
    assert "trouble" in words
    assert _codes(record, "tts")


@abreast()
async def test_a_voice_that_is_dead_for_good_hands_the_caller_to_the_clients_own_phone(
    stage: Stage,
) -> None:
    record = await _is_handed_over(
        stage, voice("error", "accept", times=FOR_EVER), voice("drop", "first", times=FOR_EVER)
    )
    assert _codes(record, "tts")


# ------------------------------------------------------------------------------- the embeddings


@abreast()
async def test_without_embeddings_the_caller_is_told_that_the_answer_is_not_known(
    stage: Stage,
) -> None:
    record, words = await _asks_through(stage, memory("error", "accept", times=FOR_EVER))
    assert "don't have that" in words or "can't look that up" in words
    assert _codes(record, "embedding") == {"SRV_EXTERNAL_SERVICE"}


@abreast()
async def test_embeddings_that_stall_do_not_hold_the_answer_up(stage: Stage) -> None:
    record, words = await _asks_through(stage, memory("stall", "accept", times=FOR_EVER))
    assert "don't have that" in words or "can't look that up" in words
    assert _codes(record, "embedding") == {"SRV_TIMEOUT"}


# ------------------------------------------------------------------------------------------ how


async def _asks_through(
    stage: Stage, trouble: Trouble, *, after_a_turn: bool = False
) -> tuple[Record, str]:
    """Ask while the trouble lasts, then go on: the record, and what was heard meanwhile."""
    stack = stage.stack
    async with calling(stack, stage.practice) as caller:
        await caller.greeted()
        if after_a_turn:
            await caller.ask("questions/new-patients")
        async with stack.fault(trouble.vendor, **trouble.order(await caller.match())):
            answer = await caller.ask("questions/medicaid", quiet=PATIENCE)
        silence = caller.longest_silence(answer)
        await caller.goes_on()
    record = await caller.record()
    assert silence <= PROMISE, f"{silence:.1f} s of silence"
    assert all(failure["action"] for failure in record.failures(trouble.component))
    await caller.tells_the_same(record)
    return record, caller.answers(record)[int(after_a_turn)].casefold()


async def _is_handed_over(stage: Stage, *troubles: Trouble) -> Record:
    """Ask until the agent gives up: never silence, and at the end a person."""
    stack, component = stage.stack, troubles[0].component
    async with calling(stack, stage.practice) as caller:
        await caller.greeted()
        for trouble in troubles:
            await stack.tell(trouble.vendor, "/faults", **trouble.order(await caller.match()))
        first = await caller.ask("questions/medicaid", quiet=PATIENCE)
        silence = caller.longest_silence(first)
        assert silence <= PROMISE, f"{silence:.1f} s of silence"
        second = await caller.begin_to_ask("questions/languages")
        assert second.heard_after <= PROMISE
        await caller.reaches_own_phone(within=20)
    record = await caller.record()
    assert record.call.outcome == "failed"
    assert "fell_back" in {failure["action"] for failure in record.failures(component)}
    return record


def _codes(record: Record, component: str) -> set[str]:
    return {failure["code"] for failure in record.failures(component)}
