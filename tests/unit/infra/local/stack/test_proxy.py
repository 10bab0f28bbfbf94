"""API Gateway's shapes: what a request becomes, and what an answer may be."""

import base64

import pytest

from infra.local.stack.proxy import Incoming, MalformedAnswer, Outgoing, Routes, answer, event

pytestmark = pytest.mark.unit

ROUTES = Routes(
    {"/calls/{id}": ["GET"], "/calls/mine": ["GET"], "/calls": ["GET", "POST"], "/a.b": ["GET"]}
)


def test_a_request_becomes_an_event_of_format_1() -> None:
    made = event(
        Incoming(
            method="GET",
            target="/calls/7?a=1&a=2&b=%2B1",
            headers=(("X-One", "1"), ("Cookie", "a"), ("Cookie", "b")),
        ),
        ROUTES,
    )

    assert made is not None
    assert (made["resource"], made["path"], made["httpMethod"]) == (
        "/calls/{id}",
        "/calls/7",
        "GET",
    )
    assert made["pathParameters"] == {"id": "7"}
    assert made["queryStringParameters"] == {"a": "2", "b": "+1"}
    assert made["multiValueQueryStringParameters"] == {"a": ["1", "2"], "b": ["+1"]}
    assert made["headers"] == {"X-One": "1", "Cookie": "b"}
    assert made["multiValueHeaders"]["Cookie"] == ["a", "b"]
    assert made["requestContext"]["resourcePath"] == "/calls/{id}"
    assert (made["body"], made["isBase64Encoded"]) == (None, False)


def test_what_is_empty_is_null_as_api_gateway_has_it() -> None:
    made = event(Incoming(method="GET", target="/calls"), ROUTES)

    assert made is not None
    empty = ("queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "body")
    assert [made[name] for name in empty] == [None] * 4


def test_a_binary_body_is_encoded_and_another_is_text() -> None:
    def body(kind: str) -> tuple[object, object]:
        made = event(
            Incoming(
                method="POST", target="/calls", headers=(("Content-Type", kind),), body=b"\xff\x00"
            ),
            ROUTES,
            binary_types=frozenset({"audio/wav"}),
        )
        assert made is not None
        return made["body"], made["isBase64Encoded"]

    assert body("audio/wav; x=1") == (base64.b64encode(b"\xff\x00").decode(), True)
    assert body("text/plain") == ("\ufffd\x00", False)


@pytest.mark.parametrize(
    ("method", "path", "resource"),
    [
        ("GET", "/calls/mine", "/calls/mine"),
        ("GET", "/calls/yours", "/calls/{id}"),
        ("POST", "/calls/mine", None),
        ("GET", "/calls/7/more", None),
        ("GET", "/calls/", None),
        ("GET", "/aXb", None),
        ("HEAD", "/calls", None),
        ("GET", "/", None),
    ],
)
def test_only_the_apps_own_routes_exist(method: str, path: str, resource: str | None) -> None:
    made = event(Incoming(method=method, target=path), ROUTES)

    assert (made and made["resource"]) == resource


def test_an_answer_is_read_with_both_kinds_of_headers() -> None:
    given = {
        "statusCode": 201,
        "headers": {"A": "1", "B": "1", "Content-Length": "9", "Connection": "close"},
        "multiValueHeaders": {"B": ["2", "3"]},
        "body": base64.b64encode(b"\xff").decode(),
        "isBase64Encoded": True,
    }

    assert answer(given) == Outgoing(
        status=201, headers=(("A", "1"), ("B", "2"), ("B", "3")), body=b"\xff"
    )


@pytest.mark.parametrize(
    "given", [None, "ok", {}, {"statusCode": "200"}, {"statusCode": 200, "body": {}}]
)
def test_what_is_no_proxy_answer_is_refused(given: object) -> None:
    with pytest.raises(MalformedAnswer):
        answer(given)
