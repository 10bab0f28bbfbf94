"""Mails through LocalStack's SES, read in its mailbox."""

from typing import Any

import httpx
import pytest

from aiconnected.kit.errors import ProviderError
from aiconnected.mail.models import Brand, Letter
from aiconnected.mail.rendering import rendered
from aiconnected.providers.ses import SesMailer
from infra.local.stack.environment import MAIL_FROM, Environment

pytestmark = pytest.mark.integration

LETTER = Letter(
    subject="Grüße", paragraphs=("Schöne Grüße & mehr.",), action="Open", path="/x#token=y"
)


def mailbox(aws: Environment) -> list[dict[str, Any]]:
    answer = httpx.get(f"{aws.origin('localstack')}/_aws/ses")
    return answer.raise_for_status().json()["messages"]


def test_a_mail_arrives_as_it_was_written(aws: Environment) -> None:
    brand = Brand(
        name="Nördlich, Voice", reply_to="help@northstar.example", origin="https://app.example.com"
    )
    mail = rendered(LETTER, to="dana@dental.example", brand=brand)

    SesMailer(MAIL_FROM).send(mail)

    [kept] = [each for each in mailbox(aws) if each["Subject"] == "Grüße"]
    assert kept["Destination"]["ToAddresses"] == ["dana@dental.example"]
    assert kept["Source"].endswith(f"<{MAIL_FROM}>")
    assert kept["Source"].isascii()
    assert kept["Body"]["text_part"] == mail.text
    assert kept["Body"]["html_part"] == mail.html


def test_an_address_that_was_not_verified_sends_nothing(aws: Environment) -> None:
    mail = rendered(LETTER, to="dana@dental.example", brand=Brand(name=""))

    with pytest.raises(ProviderError) as caught:
        SesMailer("stranger@elsewhere.example").send(mail)

    assert not caught.value.retryable


def test_a_service_that_is_away_is_worth_another_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")

    with pytest.raises(ProviderError) as caught:
        SesMailer(MAIL_FROM).send(rendered(LETTER, to="a@b.example", brand=Brand(name="")))

    assert caught.value.retryable
