"""Data keys and sealing against LocalStack's KMS, and against nobody."""

import boto3
import pytest

from aiconnected.kit.errors import ProviderError
from aiconnected.providers.kms import KmsKeys
from aiconnected.sealing.errors import SealBroken
from aiconnected.sealing.service import Sealer
from infra.local.stack.environment import SEALING_KEY, Environment
from infra.local.stack.provision import provision
from tests.fakes.clock import FakeClock

pytestmark = pytest.mark.integration

CONTEXT = {"purpose": "test", "agency_id": "northstar"}


def test_what_is_sealed_opens_in_another_process(aws: Environment) -> None:
    sealed = Sealer(KmsKeys(SEALING_KEY), FakeClock()).seal(b"secret", context=CONTEXT)

    assert b"secret" not in sealed
    opened = Sealer(KmsKeys(SEALING_KEY), FakeClock()).open(sealed, context=CONTEXT)
    assert opened == b"secret"


def test_a_data_key_is_wrapped_for_its_context(aws: Environment) -> None:
    keys = KmsKeys(SEALING_KEY)
    key = keys.generate(CONTEXT)

    assert len(key.plain) == 32
    assert keys.unwrap(key.wrapped, context=CONTEXT) == key.plain
    with pytest.raises(SealBroken):
        keys.unwrap(key.wrapped, context=CONTEXT | {"agency_id": "rival"})
    with pytest.raises(SealBroken):
        keys.unwrap(key.wrapped[:-1] + bytes([key.wrapped[-1] ^ 1]), context=CONTEXT)
    assert key.plain.hex() not in repr(key)


def test_a_key_that_is_not_there_is_not_worth_another_try(aws: Environment) -> None:
    with pytest.raises(ProviderError) as caught:
        KmsKeys("alias/none").generate(CONTEXT)

    assert not caught.value.retryable


def test_the_local_stacks_key_is_the_same_after_it_was_forgotten(aws: Environment) -> None:
    sealed = Sealer(KmsKeys(SEALING_KEY), FakeClock()).seal(b"secret", context=CONTEXT)
    kms = boto3.client("kms")
    target = kms.describe_key(KeyId=SEALING_KEY)["KeyMetadata"]["KeyId"]
    kms.delete_alias(AliasName=SEALING_KEY)
    kms.schedule_key_deletion(KeyId=target, PendingWindowInDays=7)

    provision(aws)

    opened = Sealer(KmsKeys(SEALING_KEY), FakeClock()).open(sealed, context=CONTEXT)
    assert opened == b"secret"


def test_a_key_service_that_is_away_is_worth_another_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")

    with pytest.raises(ProviderError) as caught:
        KmsKeys(SEALING_KEY).generate(CONTEXT)

    assert caught.value.retryable
