"""A vendor's event through a real queue: answered, failed five times, listed, mended, replayed."""

from functools import partial
from typing import Any, cast

import boto3
import pytest

from aiconnected.contracts.jobs import EventReceived
from aiconnected.db import Work
from aiconnected.providers.sqs import SqsPublisher
from aiconnected.received.models import StoredEvent
from aiconnected.users.models import UserRole
from chalicelib.jobs import received as jobs
from chalicelib.jobs.queues import consume
from infra.local.stack.environment import Environment
from infra.local.stack.lambda_runtime import Context
from tests.fixtures.web_api import ControlPlane
from tests.integration.functions.test_stripe import EVENTS, event, send

pytestmark = pytest.mark.integration

RECEIVED = {
    "messageId": "MessageId",
    "receiptHandle": "ReceiptHandle",
    "body": "Body",
    "md5OfBody": "MD5OfBody",
}


class Broken:
    """A handler that fails until it is mended."""

    def __init__(self) -> None:
        self.mended, self.worked = False, 0

    def __call__(self, work: Work, event: StoredEvent) -> None:
        if not self.mended:
            raise ZeroDivisionError(event.kind)
        self.worked += 1


class Queue:
    """An SQS queue, and the job behind it as Lambda would run it."""

    def __init__(self, plane: ControlPlane) -> None:
        self._plane = plane
        self._sqs: Any = boto3.client("sqs")
        self.dead = self._made("poison-dead")
        attributes = self._sqs.get_queue_attributes(QueueUrl=self.dead, AttributeNames=["QueueArn"])
        arn = attributes["Attributes"]["QueueArn"]
        redrive = f'{{"deadLetterTargetArn": "{arn}", "maxReceiveCount": "8"}}'
        self.url = self._made("poison", RedrivePolicy=redrive, VisibilityTimeout="0")

    def _made(self, name: str, **attributes: str) -> str:
        return cast(
            "str", self._sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        )

    def poll(self) -> list[str]:
        """Run the job for what waits; what it failed comes back. Ids of the messages that came."""
        given = self._sqs.receive_message(
            QueueUrl=self.url, MaxNumberOfMessages=10, WaitTimeSeconds=1
        )
        messages = given.get("Messages", [])
        records = [
            {ours: message[theirs] for ours, theirs in RECEIVED.items()}
            | {
                "attributes": {},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:poison",
                "awsRegion": "us-east-1",
            }
            for message in messages
        ]
        if records:
            answer = consume(
                {"Records": records},
                Context("job", "a", deadline=float("inf")),
                job=partial(jobs.work_off, self._plane.services),
            )
            failed = {item["itemIdentifier"] for item in answer["batchItemFailures"]}
            for message in messages:
                if message["MessageId"] not in failed:
                    self._sqs.delete_message(
                        QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"]
                    )
        return [message["MessageId"] for message in messages]

    def waiting(self, url: str) -> int:
        """How many messages there are."""
        name = "ApproximateNumberOfMessages"
        found = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])
        return int(found["Attributes"][name])


@pytest.fixture
def broken(control_plane: ControlPlane) -> Broken:
    broken = Broken()
    control_plane.services.event_handlers = {"stripe": broken}
    return broken


@pytest.fixture
def queue(aws: Environment, control_plane: ControlPlane) -> Queue:
    assert aws
    queue = Queue(control_plane)
    control_plane.services.publisher = SqsPublisher({EventReceived.TYPE: queue.url})
    return queue


def test_a_poison_event_leaves_the_queue_is_listed_and_works_once_it_is_replayed(
    control_plane: ControlPlane, queue: Queue, broken: Broken
) -> None:
    poison = event("invoice.paid", {"id": "in_1"})
    for _ in range(3):  # the vendor sends it again and again
        assert send(control_plane, poison).status == 204

    came = [queue.poll() for _ in range(7)]

    assert [len(each) for each in came] == [1, 1, 1, 1, 1, 0, 0]
    assert len({each[0] for each in came[:5]}) == 1
    assert (queue.waiting(queue.url), queue.waiting(queue.dead)) == (0, 0)
    platform = control_plane.as_role(UserRole.PLATFORM_ADMIN)
    (dead,) = platform.get(EVENTS, status="dead").data
    assert (dead["attempts"], dead["last_error"]) == (5, "ZeroDivisionError")

    broken.mended = True
    assert platform.request("POST", f"{EVENTS}/{dead['id']}/replay").status == 202
    assert len(queue.poll()) == 1

    assert platform.get(f"{EVENTS}/{dead['id']}").data["status"] == "done"
    assert broken.worked == 1
    assert send(control_plane, poison).status == 204  # once more, from the vendor
    assert (queue.poll(), broken.worked) == ([], 1)
