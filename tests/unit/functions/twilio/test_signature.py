"""Twilio's signature, held against the vendor's own code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from chalicelib.twilio.signature import is_genuine

pytestmark = pytest.mark.unit

TOKEN = "12345"
URL = "https://api.example.com/api/v1/webhooks/twilio/voice"
FORM = {"CallSid": ["CA1"], "From": ["+14155550123"], "Body": [""]}
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def signed(url: str, form: dict[str, list[str]], *, token: str = TOKEN) -> str:
    class Values(dict[str, list[str]]):
        def getlist(self, name: str) -> list[str]:
            return self[name]

    return RequestValidator(token).compute_signature(url, Values(form))


def test_twilios_own_example_is_genuine() -> None:
    # Twilio documentation, "Webhooks security": the example request and its signature.
    form = {
        "CallSid": ["CA1234567890ABCDE"],
        "Caller": ["+14158675309"],
        "Digits": ["1234"],
        "From": ["+14158675309"],
        "To": ["+18005551212"],
    }

    assert is_genuine(
        "12345",
        "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
        url="https://mycompany.com/myapp.php?foo=1&bar=2",
        form=form,
    )


@given(form=st.dictionaries(text, st.lists(text, min_size=1, max_size=3), max_size=5))
def test_whatever_twilio_sends_is_genuine(form: dict[str, list[str]]) -> None:
    assert is_genuine(TOKEN, signed(URL, form), url=URL, form=form)


@pytest.mark.parametrize(
    "url",
    ["https://api.example.com:443/v", "http://127.0.0.1:8080/v", "http://api.example.com:80/v"],
)
def test_the_port_may_be_named_or_not(url: str) -> None:
    bare = url.replace(":443", "").replace(":80/", "/").replace(":8080", "")

    for signed_url in (url, bare):
        assert is_genuine(TOKEN, signed(signed_url, FORM), url=url, form=FORM)


def test_anything_else_is_forged() -> None:
    genuine = signed(URL, FORM)

    assert is_genuine(TOKEN, genuine, url=URL, form=FORM)
    assert not is_genuine("another token", genuine, url=URL, form=FORM)
    assert not is_genuine(TOKEN, genuine, url=URL + "2", form=FORM)
    assert not is_genuine(TOKEN, genuine, url=URL, form=FORM | {"From": ["+1415"]})
    assert not is_genuine(TOKEN, genuine, url=URL, form=FORM | {"More": ["1"]})
    assert not is_genuine(TOKEN, genuine[:-1], url=URL, form=FORM)
    assert not is_genuine(TOKEN, "", url=URL, form=FORM)
    assert not is_genuine(TOKEN, "ünïcode", url=URL, form=FORM)
