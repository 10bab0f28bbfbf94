"""Twilio's webhooks against a real database and Redis: what the caller's carrier is told."""

from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree as ET

import psycopg
import pytest

from chalicelib.twilio.answers import TwilioAnswers
from chalicelib.twilio.forms import TwilioForm
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.voice import Practice
from tests.fixtures.web_api import ORIGIN, Answer, ControlPlane, services_for_tests

pytestmark = pytest.mark.integration

VOICE, AFTER, STATUS = (f"/api/v1/webhooks/twilio/{name}" for name in ("voice", "after", "status"))
SID = "CA" + "0" * 31 + "1"
CALLER = "+14155550123"


def twiml(answer: Answer) -> ET.Element:
    return ET.fromstring(answer.text)  # noqa: S314 -- our own


def ring(
    plane: ControlPlane, practice: Practice, *, sid: str = SID, path: str = VOICE
) -> ET.Element:
    answer = plane.twilio(path, CallSid=sid, From=CALLER, To=practice.number, CallStatus="ringing")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/xml")
    return twiml(answer)


def count(urls: DatabaseUrls, table: str) -> int:
    with psycopg.connect(urls.owner) as connection:
        query = f"SELECT count(*) FROM {table}"  # noqa: S608 -- a table's name, from below
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def ticket(document: ET.Element) -> str:
    parameter = document.find("Connect/Stream/Parameter")
    assert parameter is not None
    return parameter.attrib["value"]


def said(document: ET.Element) -> str:
    assert [verb.tag for verb in document] == ["Say", "Hangup"]
    return document.findtext("Say") or ""


def test_a_call_is_connected_to_a_media_stream_with_a_ticket(
    control_plane: ControlPlane, practice: Practice
) -> None:
    document = ring(control_plane, practice)

    connect, stream = document.find("Connect"), document.find("Connect/Stream")
    assert connect is not None
    assert stream is not None
    assert connect.attrib["action"] == ORIGIN + AFTER
    assert stream.attrib["url"] == "wss://calls.example.com/ws/voice-twilio"
    redeemed = control_plane.services.calls.redeem(
        ticket(document), external_id=SID, owner="host:1:a"
    )
    assert (redeemed.external_id, redeemed.from_number) == (SID, CALLER)


def test_a_repeated_webhook_gets_its_first_answer_and_opens_no_second_call(
    control_plane: ControlPlane, practice: Practice, database_urls: DatabaseUrls
) -> None:
    first = ring(control_plane, practice)
    again = ring(control_plane, practice)

    assert ticket(again) == ticket(first)
    assert count(database_urls, "calls") == count(database_urls, "received_events") == 1


def test_no_ticket_is_kept_in_the_database(
    control_plane: ControlPlane, practice: Practice, database_urls: DatabaseUrls
) -> None:
    given = ticket(ring(control_plane, practice))

    with psycopg.connect(database_urls.owner) as connection:
        row = connection.execute("SELECT response_body FROM received_events").fetchone()
    assert row is not None
    assert given not in row[0]
    assert "<Connect" in row[0]


def test_the_alias_is_the_same_webhook(control_plane: ControlPlane, practice: Practice) -> None:
    first = ring(control_plane, practice)

    assert ticket(ring(control_plane, practice, path="/api/twilio/incoming")) == ticket(first)


def test_a_forged_signature_is_refused_before_anything_is_kept(
    control_plane: ControlPlane, practice: Practice, database_urls: DatabaseUrls
) -> None:
    answer = control_plane.twilio(
        VOICE, token="another token", CallSid=SID, From=CALLER, To=practice.number
    )

    assert answer.error == (403, "AUTH_SIGNATURE_INVALID")
    assert count(database_urls, "received_events") == count(database_urls, "calls") == 0


def test_a_number_that_is_nobodys_is_told_so(
    control_plane: ControlPlane, practice: Practice
) -> None:
    answer = control_plane.twilio(VOICE, CallSid=SID, From=CALLER, To="+12125550000")

    assert "not in service" in said(twiml(answer))


def test_a_suspended_clients_caller_reaches_the_clients_own_telephone(
    control_plane: ControlPlane, practice: Practice, database_urls: DatabaseUrls
) -> None:
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute("UPDATE tenants SET status = 'suspended'")

    dial = ring(control_plane, practice).find("Dial")

    assert dial is not None
    assert dial.findtext("Number") == "+12125550143"
    assert dial.attrib["callerId"] == CALLER
    assert dial.attrib["action"] == ORIGIN + AFTER


def test_a_refused_caller_without_a_fallback_is_apologised_to(
    control_plane: ControlPlane, practice: Practice, database_urls: DatabaseUrls
) -> None:
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute("UPDATE tenants SET status = 'suspended', transfer_number = NULL")

    assert "sorry" in said(ring(control_plane, practice))


def test_the_client_that_is_full_takes_the_call_itself(
    control_plane: ControlPlane, practice: Practice
) -> None:
    documents = [ring(control_plane, practice, sid=f"CA{n:032x}") for n in range(6)]

    assert [document[0].tag for document in documents] == ["Connect"] * 5 + ["Dial"]


def test_after_a_stream_that_nobody_took_the_caller_reaches_the_fallback(
    control_plane: ControlPlane, practice: Practice
) -> None:
    ring(control_plane, practice)

    answer = control_plane.twilio(AFTER, CallSid=SID, From=CALLER, To=practice.number)

    document = twiml(answer)
    assert [verb.tag for verb in document] == ["Say", "Dial"]
    assert document.findtext("Dial/Number") == "+12125550143"


@pytest.mark.parametrize(
    ("status", "verbs"), [("completed", ["Hangup"]), ("busy", ["Say", "Hangup"])]
)
def test_after_a_dial_the_call_ends_with_a_word_when_nobody_answered(
    control_plane: ControlPlane, practice: Practice, status: str, verbs: list[str]
) -> None:
    ring(control_plane, practice)

    answer = control_plane.twilio(
        AFTER,
        CallSid=SID,
        From=CALLER,
        To=practice.number,
        DialCallStatus=status,
        DialCallSid="CA9",
    )

    assert [verb.tag for verb in twiml(answer)] == verbs


@pytest.mark.parametrize("path", [STATUS, "/api/twilio/status"])
def test_a_call_that_the_carrier_ends_before_it_is_taken_is_closed(
    control_plane: ControlPlane, practice: Practice, database_urls: DatabaseUrls, path: str
) -> None:
    ring(control_plane, practice)

    answer = control_plane.twilio(
        path,
        CallSid=SID,
        From=CALLER,
        To=practice.number,
        CallStatus="completed",
        Timestamp="Sat, 21 Nov 2026 15:00:00 +0000",
    )

    assert (answer.status, answer.text) == (204, "")
    with psycopg.connect(database_urls.owner) as connection:
        row = connection.execute("SELECT status FROM calls").fetchone()
    assert row == ("abandoned",)


def test_without_a_database_the_caller_still_hears_something(
    control_plane: ControlPlane, practice: Practice
) -> None:
    services = control_plane.services
    broken = services.settings.model_validate(
        services.settings.model_dump()
        | {"database_url_platform": "postgresql://platform@127.0.0.1:1/none"}
    )
    away = ControlPlane(services=type(services)(broken))

    assert "sorry" in said(ring(away, practice))


def test_without_redis_the_call_is_still_taken(
    control_plane: ControlPlane, practice: Practice
) -> None:
    services = control_plane.services
    broken = services.settings.model_validate(
        services.settings.model_dump() | {"redis_url": "redis://127.0.0.1:1/0"}
    )
    away = ControlPlane(services=type(services)(broken))
    away.services.keys = services.keys

    assert ring(away, practice)[0].tag == "Connect"
    away.services.database.close()


def test_deliveries_at_the_same_time_get_one_answer_and_open_one_call(
    control_plane: ControlPlane, practice: Practice, database_urls: DatabaseUrls
) -> None:
    settings = control_plane.services.settings
    form = TwilioForm(
        call_sid=SID,
        from_=CALLER,
        to=practice.number,
        fields={"CallSid": SID, "CallStatus": "ringing"},
    )

    def deliver(_: int) -> str:
        container = services_for_tests(settings)  # each with connections of its own
        try:
            return TwilioAnswers(container).voice(form)
        finally:
            container.database.close()
            container.redis.close()

    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(deliver, range(5)))

    assert len(set(answers)) == 1
    assert "<Connect" in answers[0]
    assert count(database_urls, "calls") == count(database_urls, "received_events") == 1


def test_a_repeated_status_is_kept_once(
    control_plane: ControlPlane, practice: Practice, database_urls: DatabaseUrls
) -> None:
    ring(control_plane, practice)
    fields = {"CallSid": SID, "From": CALLER, "To": practice.number, "CallStatus": "in-progress"}

    for _ in range(2):
        assert control_plane.twilio(STATUS, **fields).status == 204
    assert control_plane.twilio(STATUS, **fields | {"CallStatus": "teleported"}).status == 204

    with psycopg.connect(database_urls.owner) as connection:
        row = connection.execute(
            "SELECT count(*) FROM call_events WHERE type = 'call.carrier_status'"
        ).fetchone()
    assert row == (1,)


def test_a_bug_while_answering_still_speaks_to_the_caller(
    control_plane: ControlPlane, practice: Practice
) -> None:
    control_plane.services.calls = None  # type: ignore[assignment] -- the bug

    assert "sorry" in said(ring(control_plane, practice))
    after = control_plane.twilio(AFTER, CallSid="CA" + "f" * 32, From=CALLER, To=practice.number)
    assert after.status == 200
