"""What `template.yaml` makes in AWS, made in LocalStack; and its objects kept on disk."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from infra.local.stack.environment import (
    BUCKETS,
    JWT_SECRET,
    MAIL_FROM,
    QUEUES,
    REGION,
    SEALING_KEY,
    Environment,
)

_CONFIG = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 3})
_RECEIVES = 5
_MORE_RECEIVES = {"voice-event-received": 8}  # see infra/resources.yaml
_VISIBILITY = "60"
_KEY_ID = "00000000-0000-4000-8000-000000000001"


class S3(Protocol):
    """The calls of boto3's S3 client that are used here."""

    def put_object(self, *, Bucket: str, Key: str, Body: bytes) -> Any: ...  # noqa: N803, ANN401
    def get_object(self, *, Bucket: str, Key: str) -> Any: ...  # noqa: N803, ANN401
    def get_paginator(self, name: str) -> Any: ...  # noqa: ANN401


def client(environment: Environment, service: str) -> Any:  # noqa: ANN401 -- boto3 makes its clients at run time
    """A boto3 client of the stack's LocalStack."""
    aws = environment.aws()
    untyped: Any = boto3
    return untyped.client(
        service,
        endpoint_url=aws["AWS_ENDPOINT_URL"],
        region_name=REGION,
        aws_access_key_id=aws["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=aws["AWS_SECRET_ACCESS_KEY"],
        config=_CONFIG,
    )


def provision(environment: Environment) -> None:
    """Create what is missing; running it twice changes nothing."""
    s3 = client(environment, "s3")
    for bucket in BUCKETS.values():
        s3.create_bucket(Bucket=bucket)
    rule = {"AllowedMethods": ["PUT"], "AllowedOrigins": ["*"], "AllowedHeaders": ["content-type"]}
    s3.put_bucket_cors(Bucket=BUCKETS["DOCUMENTS_BUCKET"], CORSConfiguration={"CORSRules": [rule]})
    sqs = client(environment, "sqs")
    for queue in QUEUES.values():
        _queue(sqs, queue)
    _secret(client(environment, "secretsmanager"), environment)
    _sealing_key(client(environment, "kms"), environment)
    client(environment, "ses").verify_email_identity(EmailAddress=MAIL_FROM)


def receives(queue: str) -> int:
    """How often a message may come before it goes to the dead-letter queue."""
    return _MORE_RECEIVES.get(queue, _RECEIVES)


def _queue(sqs: Any, name: str) -> None:  # noqa: ANN401
    dead = sqs.create_queue(QueueName=f"{name}-dead")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])
    policy = {
        "deadLetterTargetArn": attributes["Attributes"]["QueueArn"],
        "maxReceiveCount": receives(name),
    }
    sqs.create_queue(
        QueueName=name,
        Attributes={"VisibilityTimeout": _VISIBILITY, "RedrivePolicy": json.dumps(policy)},
    )


def _secret(manager: Any, environment: Environment) -> None:  # noqa: ANN401
    keys = {"current": "local", "keys": {"local": environment.secrets.jwt}}
    try:
        manager.create_secret(Name=JWT_SECRET, SecretString=json.dumps(keys))
    except manager.exceptions.ResourceExistsException:
        manager.put_secret_value(SecretId=JWT_SECRET, SecretString=json.dumps(keys))


def _sealing_key(kms: Any, environment: Environment) -> None:  # noqa: ANN401
    """The same key after every start: LocalStack forgets keys, and the database outlives it."""
    aliases = kms.list_aliases()["Aliases"]
    if any(alias["AliasName"] == SEALING_KEY for alias in aliases):
        return
    material = hashlib.sha256(environment.secrets.sealing.encode()).digest()
    tags = {"_custom_id_": _KEY_ID, "_custom_key_material_": base64.b64encode(material).decode()}
    kms.create_key(Tags=[{"TagKey": name, "TagValue": value} for name, value in tags.items()])
    kms.create_alias(AliasName=SEALING_KEY, TargetKeyId=_KEY_ID)


class Objects:
    """LocalStack forgets its objects when it ends; this keeps them in a folder meanwhile."""

    def __init__(self, s3: S3, folder: Path) -> None:
        self._s3, self._folder = s3, folder
        self._known: dict[tuple[str, str], str] = {}

    def restore(self) -> None:
        """Put back what the last run has kept."""
        for bucket in BUCKETS.values():
            base = self._folder / bucket
            for path in base.rglob("*") if base.exists() else ():
                if path.is_file():
                    key = path.relative_to(base).as_posix()
                    self._s3.put_object(Bucket=bucket, Key=key, Body=path.read_bytes())

    def keep(self) -> None:
        """Save what is new or changed, drop what is gone; a failing S3 is tried again later."""
        try:
            found = {item: tag for bucket in BUCKETS.values() for item, tag in self._list(bucket)}
            for (bucket, key), tag in found.items():
                if self._known.get((bucket, key)) != tag:
                    self._save(bucket, key)
        except (BotoCoreError, ClientError):
            return
        for bucket, key in self._known.keys() - found.keys():
            (self._folder / bucket / key).unlink(missing_ok=True)
        self._known = found

    def _list(self, bucket: str) -> list[tuple[tuple[str, str], str]]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        return [
            ((bucket, item["Key"]), item["ETag"])
            for page in pages
            for item in page.get("Contents", ())
        ]

    def _save(self, bucket: str, key: str) -> None:
        path = self._folder / bucket / key
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + ".part")
        part.write_bytes(self._s3.get_object(Bucket=bucket, Key=key)["Body"].read())
        part.replace(path)
