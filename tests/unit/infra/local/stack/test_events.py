"""The event sources: what of a queue's messages is deleted, and how often schedules fire."""

from collections.abc import Mapping
from typing import Any

import pytest

from infra.local.stack.events import pump, seconds
from infra.local.stack.lambda_runtime import InvocationFailed

pytestmark = pytest.mark.unit

URL = "http://127.0.0.1/queue/us-east-1/000000000000/voice-call-ended"


class FakeSqs:
    """One batch of messages; remembers what was deleted."""

    def __init__(self, *bodies: str) -> None:
        self.messages = [
            {"MessageId": f"m{n}", "ReceiptHandle": f"r{n}", "Body": body, "MD5OfBody": ""}
            for n, body in enumerate(bodies)
        ]
        self.deleted: list[str] = []

    def receive_message(self, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401 -- boto3 has no types
        taken = self.messages[: parameters["MaxNumberOfMessages"]]
        return {"Messages": taken} if taken else {}

    def delete_message_batch(self, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401 -- boto3 has no types
        self.deleted += [entry["ReceiptHandle"] for entry in parameters["Entries"]]
        return {}


class FakeFunction:
    """Answers with what it is told, or raises it."""

    def __init__(self, answer: object) -> None:
        self.answer = answer
        self.events: list[Mapping[str, Any]] = []

    def invoke(self, function: str, event: Mapping[str, Any], *, seconds: float) -> object:
        self.events.append(event)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def pumped(function: FakeFunction, sqs: FakeSqs, *, batch: int = 10) -> int:
    return pump(function, sqs, name="call_ended", url=URL, batch=batch)


@pytest.mark.parametrize(
    ("answer", "deleted"),
    [
        (None, ["r0", "r1", "r2"]),
        ({"batchItemFailures": []}, ["r0", "r1", "r2"]),
        ({"batchItemFailures": [{"itemIdentifier": "m1"}]}, ["r0", "r2"]),
        ({"batchItemFailures": [{"itemIdentifier": f"m{n}"} for n in range(3)]}, []),
        (InvocationFailed("raised"), []),
    ],
)
def test_what_the_handler_did_not_fail_is_deleted(answer: object, deleted: list[str]) -> None:
    sqs = FakeSqs("a", "b", "c")

    assert pumped(FakeFunction(answer), sqs) == 3
    assert sqs.deleted == deleted


def test_an_empty_queue_calls_nobody() -> None:
    function = FakeFunction(None)

    assert pumped(function, FakeSqs()) == 0
    assert function.events == []


def test_a_batch_is_as_large_as_the_function_wants_it() -> None:
    function, sqs = FakeFunction(None), FakeSqs("a", "b", "c")

    assert pumped(function, sqs, batch=2) == 2
    (record, _) = function.events[0]["Records"]
    assert (record["body"], record["eventSource"]) == ("a", "aws:sqs")
    assert record["eventSourceARN"].endswith(":voice-call-ended")


def test_a_rate_is_told_in_either_number_of_its_unit() -> None:
    assert seconds(1, "MINUTES") == seconds(1, "minute") == 60
    assert seconds(2, "HOURS") == 7200
    assert seconds(1, "DAYS") == 86_400
