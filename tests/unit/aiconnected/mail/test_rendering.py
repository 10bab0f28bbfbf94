"""Letters as mails: both forms say the same, and no name breaks out of its place."""

import pytest

from aiconnected.mail import letters
from aiconnected.mail.models import Brand, Letter
from aiconnected.mail.rendering import rendered

pytestmark = pytest.mark.unit

BRAND = Brand(name="Northstar", reply_to="help@northstar.example", origin="https://app.example.com")


def test_a_letter_says_the_same_in_text_and_html() -> None:
    mail = rendered(letters.password_to_reset("s3cret"), to="dana@dental.example", brand=BRAND)

    assert mail.to == "dana@dental.example"
    assert mail.sender_name == "Northstar"
    assert mail.reply_to == "help@northstar.example"
    for body in (mail.text, mail.html):
        assert "https://app.example.com/reset-password#token=s3cret" in body
        assert "once, for an hour" in body
        assert "Northstar" in body


def test_a_name_adds_no_header_and_no_markup() -> None:
    brand = Brand(name="Evil\r\nBcc: all@example.com<script>", origin="https://a.example")
    letter = letters.invitation("s3cret", place="<b>Dental</b>\r\nX: y")

    mail = rendered(letter, to="dana@dental.example", brand=brand)

    assert "\n" not in mail.sender_name
    assert "\n" not in mail.subject
    assert "<script>" not in mail.html
    assert "<b>Dental" not in mail.html


def test_a_secret_stands_behind_the_hash_that_no_server_sees() -> None:
    for letter in (
        letters.password_to_reset("s3cret"),
        letters.address_to_verify("s3cret"),
        letters.invitation("s3cret", place="Dental"),
    ):
        assert letter.path.partition("#")[2] == "token=s3cret"
        assert "s3cret" not in repr(letter)


def test_a_notice_without_a_link_has_none() -> None:
    mail = rendered(Letter(subject="Hello", paragraphs=("One.",)), to="a@b.example", brand=BRAND)

    assert "http" not in mail.text
    assert "<a " not in mail.html
