"""The object store over a real S3 protocol: files are put by presigned URL, and measured."""

from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from aiconnected.kit.errors import ProviderError
from aiconnected.kit.ids import new_id
from aiconnected.providers.s3 import S3ObjectStore
from infra.local.stack.environment import BUCKETS, Environment

pytestmark = pytest.mark.integration

BUCKET = BUCKETS["DOCUMENTS_BUCKET"]


def test_a_file_is_put_by_whoever_has_the_address_and_then_measured_and_deleted(
    aws: Environment, tmp_path: Path
) -> None:
    assert aws
    objects, key = S3ObjectStore(), f"agency/{new_id()}"
    url = objects.presign_put(
        bucket=BUCKET,
        key=key,
        content_type="text/plain",
        size_bytes=5,
        ttl=timedelta(minutes=5),
    )
    assert objects.size(bucket=BUCKET, key=key) is None

    put = httpx.put(url, content=b"hello", headers={"Content-Type": "text/plain"})

    assert put.status_code == 200, put.text
    assert objects.size(bucket=BUCKET, key=key) == 5
    objects.get(tmp_path / "file", bucket=BUCKET, key=key)
    assert (tmp_path / "file").read_bytes() == b"hello"
    objects.delete(bucket=BUCKET, key=key)
    assert objects.size(bucket=BUCKET, key=key) is None


def test_length_and_type_are_signed_with_the_address(aws: Environment) -> None:
    assert aws
    url = S3ObjectStore().presign_put(
        bucket=BUCKET, key="k", content_type="text/plain", size_bytes=5, ttl=timedelta(minutes=5)
    )

    signed = httpx.URL(url).params["X-Amz-SignedHeaders"].split(";")

    assert {"content-length", "content-type", "host"} <= set(signed)


def test_a_store_that_is_away_is_worth_another_try(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:1"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
    ):
        monkeypatch.setenv(name, value)

    with pytest.raises(ProviderError) as caught:
        S3ObjectStore().size(bucket=BUCKET, key="k")

    assert caught.value.retryable
