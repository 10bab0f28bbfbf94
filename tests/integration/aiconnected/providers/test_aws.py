"""S3 and SQS clients: what is signed, and what a service that is away looks like."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from aiconnected.contracts.envelope import Envelope
from aiconnected.contracts.jobs import DocumentAdded
from aiconnected.kit.errors import ProviderError
from aiconnected.kit.ids import new_id
from aiconnected.providers.s3 import S3ObjectStore
from aiconnected.providers.sqs import SqsPublisher

pytestmark = pytest.mark.integration

NOWHERE = "http://127.0.0.1:1"


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """An account of nobody's, at an address where nobody listens."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", NOWHERE)


def message() -> Envelope:
    return Envelope.of(
        DocumentAdded(document_id=new_id()),
        at=datetime(2026, 11, 21, tzinfo=UTC),
        agency_id=new_id(),
        tenant_id=new_id(),
    )


def test_a_link_is_signed_for_its_time_and_names_the_file() -> None:
    url = S3ObjectStore().presign(
        bucket="recordings",
        key="tenant/call 1.wav",
        filename='call "1".wav',
        content_type="audio/wav",
        ttl=timedelta(minutes=5),
    )

    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    assert parts.path == "/recordings/tenant/call%201.wav"
    assert query["X-Amz-Expires"] == "300"
    assert query["response-content-type"] == "audio/wav"
    assert query["response-content-disposition"] == (
        "attachment; filename*=UTF-8''call%20%221%22.wav"
    )


def test_an_object_store_that_is_away_is_worth_another_try(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(b"RIFF")

    with pytest.raises(ProviderError) as caught:
        S3ObjectStore().put(path, bucket="b", key="k", content_type="audio/wav")

    assert caught.value.retryable


def test_a_queue_that_is_away_is_worth_another_try() -> None:
    publisher = SqsPublisher({DocumentAdded.TYPE: f"{NOWHERE}/000000000000/documents"})

    with pytest.raises(ProviderError) as caught:
        publisher.publish(message())

    assert caught.value.retryable


def test_a_message_that_no_queue_takes_is_not() -> None:
    with pytest.raises(ProviderError) as caught:
        SqsPublisher({}).publish(message())

    assert not caught.value.retryable


def test_what_cannot_be_fetched_now_is_worth_another_try(tmp_path: Path) -> None:
    with pytest.raises(ProviderError) as caught:
        S3ObjectStore().get(tmp_path / "a.au", bucket="recordings", key="a.au")

    assert caught.value.retryable
