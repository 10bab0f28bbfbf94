"""The object store on S3, or on whoever speaks its protocol (`AWS_ENDPOINT_URL`)."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Protocol, cast
from urllib.parse import quote

from aiconnected.kit.errors import ProviderError

FIRST_SERVER_ERROR = 500
_NOT_FOUND = 404


class _Client(Protocol):
    """What we use of boto3's S3 client, which ships no types."""

    def upload_file(
        self,
        *,
        Filename: str,  # noqa: N803 -- these names are boto3's
        Bucket: str,  # noqa: N803
        Key: str,  # noqa: N803
        ExtraArgs: Mapping[str, str],  # noqa: N803
    ) -> None: ...

    def download_file(self, *, Bucket: str, Key: str, Filename: str) -> None: ...  # noqa: N803 -- boto3's names

    def generate_presigned_url(
        self,
        method: str,
        *,
        Params: Mapping[str, str | int],  # noqa: N803 -- boto3's name
        ExpiresIn: int,  # noqa: N803 -- boto3's name
    ) -> str: ...

    def delete_object(self, *, Bucket: str, Key: str) -> object: ...  # noqa: N803 -- boto3's name

    def head_object(self, *, Bucket: str, Key: str) -> Mapping[str, object]: ...  # noqa: N803 -- boto3's name


class S3ObjectStore:
    """ObjectStore over boto3, whose own environment variables say where and as whom."""

    def __init__(self) -> None:
        self._made: _Client | None = None

    def put(self, path: Path, *, bucket: str, key: str, content_type: str) -> None:
        """Upload the file, in parts when it is large."""
        with _translated():
            self._client().upload_file(
                Filename=str(path),
                Bucket=bucket,
                Key=key,
                ExtraArgs={"ContentType": content_type},
            )

    def get(self, path: Path, *, bucket: str, key: str) -> None:
        """Download to the file, in parts when it is large."""
        with _translated():
            self._client().download_file(Bucket=bucket, Key=key, Filename=str(path))

    def presign(
        self, *, bucket: str, key: str, filename: str, content_type: str, ttl: timedelta
    ) -> str:
        """A signed GET URL; the answer carries `filename` and `content_type` in its headers."""
        params = {
            "Bucket": bucket,
            "Key": key,
            "ResponseContentDisposition": f"attachment; filename*=UTF-8''{quote(filename)}",
            "ResponseContentType": content_type,
        }
        with _translated():
            return self._client().generate_presigned_url(
                "get_object", Params=params, ExpiresIn=int(ttl.total_seconds())
            )

    def presign_put(
        self, *, bucket: str, key: str, content_type: str, size_bytes: int, ttl: timedelta
    ) -> str:
        """A signed PUT URL; type and length are signed with it."""
        params: dict[str, str | int] = {
            "Bucket": bucket,
            "Key": key,
            "ContentType": content_type,
            "ContentLength": size_bytes,
        }
        with _translated():
            return self._client().generate_presigned_url(
                "put_object", Params=params, ExpiresIn=int(ttl.total_seconds())
            )

    def size(self, *, bucket: str, key: str) -> int | None:
        """The object's length; None when it is not there."""
        from botocore.exceptions import ClientError  # noqa: PLC0415 -- see `_client`

        with _translated():
            try:
                head = self._client().head_object(Bucket=bucket, Key=key)
            except ClientError as exc:
                answer = cast("Mapping[str, Mapping[str, object]]", exc.response)
                if answer.get("ResponseMetadata", {}).get("HTTPStatusCode") == _NOT_FOUND:
                    return None
                raise
        return cast("int", head["ContentLength"])

    def delete(self, *, bucket: str, key: str) -> None:
        """Delete the object."""
        with _translated():
            self._client().delete_object(Bucket=bucket, Key=key)

    def _client(self) -> _Client:
        if self._made is None:
            import boto3  # noqa: PLC0415 -- 0.3 s to import
            from botocore.config import Config  # noqa: PLC0415

            config = Config(
                signature_version="s3v4",
                connect_timeout=3,
                read_timeout=20,
                retries={"mode": "standard", "total_max_attempts": 3},
                s3={"addressing_style": "path"},
            )
            self._made = cast(
                "_Client",
                boto3.client("s3", config=config),  # pyright: ignore[reportUnknownMemberType] -- no types
            )
        return self._made


@contextmanager
def _translated() -> Generator[None]:
    from boto3.exceptions import S3UploadFailedError  # noqa: PLC0415 -- see `_client`
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    try:
        yield
    except ClientError as exc:
        answer = cast("Mapping[str, Mapping[str, int]]", exc.response)  # boto3 ships no types
        status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        raise ProviderError(
            "The object store failed.", provider="s3", retryable=status >= FIRST_SERVER_ERROR
        ) from exc
    except (BotoCoreError, S3UploadFailedError, OSError) as exc:
        raise ProviderError("The object store failed.", provider="s3", retryable=True) from exc
