"""Custom functions over HTTP, and the log of what was called."""

from uuid import UUID

import psycopg
import pytest

from aiconnected.kit.ids import new_id
from aiconnected.users.models import UserRole
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.tenancy import Tenancies, Tenancy
from tests.fixtures.web_api import ControlPlane

pytestmark = pytest.mark.integration

FUNCTIONS = "/api/v1/custom-functions"
CALLS = "/api/v1/function-calls"
PARAMETERS = {
    "type": "object",
    "properties": {"order_id": {"type": "string", "pattern": "^[0-9]+$"}},
    "required": ["order_id"],
}
GIVEN = {
    "name": "lookup_order",
    "description": "Look up an order by its number",
    "parameters": PARAMETERS,
    "webhook_url": "https://api.myapp.example/orders/lookup",
    "headers": {"Authorization": "Bearer s3cr3t-value", "X-Shop": "1"},
}


def test_a_function_is_made_and_its_secrets_never_shown_again(
    dental_admin: ControlPlane, database_urls: DatabaseUrls
) -> None:
    made = dental_admin.request("POST", FUNCTIONS, json_body=GIVEN)

    assert made.status == 201
    secret = made.data["signing_secret"]
    assert secret.startswith("fs_")
    assert made.data["header_names"] == ["Authorization", "X-Shop"]
    shown = dental_admin.get(f"{FUNCTIONS}/{made.data['id']}")
    assert shown.data == {k: v for k, v in made.data.items() if k != "signing_secret"}
    with psycopg.connect(database_urls.owner) as connection:
        kept = connection.execute(
            "SELECT (SELECT string_agg(to_jsonb(f)::text, '') FROM custom_functions AS f) "
            "|| (SELECT string_agg(to_jsonb(l)::text, '') FROM audit_log AS l)"
        ).fetchone()
    assert kept is not None
    for hidden in (secret, "s3cr3t-value", secret.encode().hex(), b"s3cr3t-value".hex()):
        assert hidden not in kept[0]


def test_what_is_sealed_can_be_opened_for_the_request(
    dental_admin: ControlPlane, tenancy: Tenancy
) -> None:
    made = dental_admin.request("POST", FUNCTIONS, json_body=GIVEN).data
    services = dental_admin.services

    with services.database.work(tenancy.scope) as work:
        keys = services.functions.keys(work, services.functions.get(work, UUID(made["id"])))

    assert keys.headers == GIVEN["headers"]
    assert keys.secret == made["signing_secret"]
    assert "s3cr3t" not in repr(keys)


def test_a_secret_is_rotated_and_headers_replaced_or_left(
    dental_admin: ControlPlane, tenancy: Tenancy
) -> None:
    made = dental_admin.request("POST", FUNCTIONS, json_body=GIVEN).data
    path = f"{FUNCTIONS}/{made['id']}"
    services = dental_admin.services

    rotated = dental_admin.request("POST", f"{path}/rotate-secret")
    left = dental_admin.request("PATCH", path, json_body={"timeout_ms": 900})
    assert left.data["header_names"] == ["Authorization", "X-Shop"]
    dental_admin.request("PATCH", path, json_body={"headers": {"X-Other": "2"}})
    with services.database.work(tenancy.scope) as work:
        keys = services.functions.keys(work, services.functions.get(work, UUID(made["id"])))
    assert keys.headers == {"X-Other": "2"}
    assert keys.secret == rotated.data["signing_secret"] != made["signing_secret"]
    whole = {k: v for k, v in GIVEN.items() if k != "headers"}
    put = dental_admin.request("PUT", path, json_body=whole)
    assert (put.data["header_names"], put.data["timeout_ms"]) == ([], 5000)


def test_functions_are_listed_switched_off_and_deleted(dental_admin: ControlPlane) -> None:
    made = dental_admin.request("POST", FUNCTIONS, json_body=GIVEN)
    path = f"{FUNCTIONS}/{made.data['id']}"

    again = dental_admin.request("POST", FUNCTIONS, json_body=GIVEN)
    assert again.error == (409, "RES_ALREADY_EXISTS")
    tool = dental_admin.request("POST", FUNCTIONS, json_body=GIVEN | {"name": "end_call"})
    assert tool.error == (409, "RES_ALREADY_EXISTS")
    off = dental_admin.request(
        "PATCH", path, json_body={"is_active": False}, headers={"If-Match": made.headers["ETag"]}
    )
    assert off.data["is_active"] is False
    stale = dental_admin.request(
        "POST", f"{path}/rotate-secret", headers={"If-Match": made.headers["ETag"]}
    )
    assert stale.error == (412, "RES_PRECONDITION_FAILED")
    assert dental_admin.get(FUNCTIONS, is_active="true").data == []
    assert len(dental_admin.get(FUNCTIONS, q="order").data) == 1
    assert dental_admin.request("DELETE", path).status == 204
    assert dental_admin.get(path).error == (404, "RES_NOT_FOUND")
    assert dental_admin.request("POST", FUNCTIONS, json_body=GIVEN).status == 201


def nested(levels: int) -> dict[str, object]:
    """A schema of objects in objects."""
    inner = {"a": nested(levels - 1)} if levels else {}
    return {"type": "object", "properties": inner}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"webhook_url": "http://api.myapp.example/"}, "VAL_INVALID_URL"),
        ({"webhook_url": "https://127.0.0.1/"}, "VAL_INVALID_URL"),
        ({"webhook_url": "https://[::1]/"}, "VAL_INVALID_URL"),
        ({"webhook_url": "https://169.254.169.254/latest/meta-data"}, "VAL_INVALID_URL"),
        ({"webhook_url": "https://2130706433/"}, "VAL_INVALID_URL"),
        ({"webhook_url": "https://localhost/"}, "VAL_INVALID_URL"),
        ({"webhook_url": "https://user:pass@api.myapp.example/"}, "VAL_INVALID_URL"),
        ({"webhook_url": "https://[/"}, "VAL_INVALID_URL"),
        ({"webhook_url": "javascript:alert(1)"}, "VAL_INVALID_URL"),
        ({"name": "Lookup Order"}, "VAL_INVALID_FORMAT"),
        ({"method": "DELETE"}, "VAL_INVALID_ENUM"),
        ({"timeout_ms": 60_000}, "VAL_OUT_OF_RANGE"),
        ({"headers": {"Host": "x"}}, "VAL_INVALID_FORMAT"),
        ({"headers": {"a": "1", "A": "2"}}, "VAL_INVALID_FORMAT"),
        ({"headers": {"X-A": "1\r\nX-B: 2"}}, "VAL_INVALID_FORMAT"),
        ({"headers": {"X A": "1"}}, "VAL_INVALID_FORMAT"),
        ({"headers": {"X-A": ""}}, "VAL_INVALID_FORMAT"),
        ({"headers": {f"X-{n}": "1" for n in range(21)}}, "VAL_TOO_LONG"),
        ({"parameters": {"type": "array"}}, "VAL_INVALID_FORMAT"),
        ({"parameters": {}}, "VAL_INVALID_FORMAT"),
        ({"parameters": {"type": "object", "required": "order_id"}}, "VAL_INVALID_FORMAT"),
        (
            {"parameters": PARAMETERS | {"properties": {"a": {"type": "text"}}}},
            "VAL_INVALID_FORMAT",
        ),
        (
            {"parameters": PARAMETERS | {"properties": {"a": {"pattern": "("}}}},
            "VAL_INVALID_FORMAT",
        ),
        ({"parameters": PARAMETERS | {"$ref": "https://evil.example/s"}}, "VAL_INVALID_FORMAT"),
        ({"parameters": PARAMETERS | {"$ref": "file:///etc/passwd"}}, "VAL_INVALID_FORMAT"),
        ({"parameters": PARAMETERS | {"$schema": 5}}, "VAL_INVALID_FORMAT"),
        ({"parameters": nested(10)}, "VAL_INVALID_FORMAT"),
        ({"parameters": PARAMETERS | {"description": "x" * 20_000}}, "VAL_INVALID_FORMAT"),
        ({"parameters": PARAMETERS | {"description": "\0"}}, "VAL_INVALID_FORMAT"),
    ],
)
def test_what_no_webhook_could_be_called_with_is_refused(
    dental_admin: ControlPlane, change: dict[str, object], code: str
) -> None:
    refused = dental_admin.request("POST", FUNCTIONS, json_body=GIVEN | change)

    assert refused.error == (400, code)
    field = refused.json["error"]["details"][0]["field"]
    assert field.split(".")[0] == next(iter(change))
    assert dental_admin.get(FUNCTIONS).data == []


def test_a_function_is_its_clients_alone(
    control_plane: ControlPlane, dental_admin: ControlPlane, tenancies: Tenancies
) -> None:
    made = dental_admin.request("POST", FUNCTIONS, json_body=GIVEN).data
    plumbing = tenancies.plumbing
    plumber = control_plane.as_role(
        UserRole.TENANT_ADMIN, agency_id=plumbing.agency_id, tenant_id=plumbing.tenant_id
    )

    for method, rest in (("GET", ""), ("DELETE", ""), ("POST", "/rotate-secret")):
        answer = plumber.request(method, f"{FUNCTIONS}/{made['id']}{rest}")
        assert answer.error == (404, "RES_NOT_FOUND")
    assert plumber.request("POST", FUNCTIONS, json_body=GIVEN).status == 201


def test_what_was_called_is_listed_by_call_function_and_outcome(
    control_plane: ControlPlane,
    dental_admin: ControlPlane,
    tenancies: Tenancies,
    database_urls: DatabaseUrls,
) -> None:
    function = dental_admin.request("POST", FUNCTIONS, json_body=GIVEN).data["id"]
    call_id = called(database_urls, tenancies.dental, function)

    rows = dental_admin.get(CALLS).data
    assert [(row["function_name"], row["status"]) for row in rows] == [
        ("slow", "timed_out"),
        ("broken", "failed"),
        ("lookup_order", "succeeded"),
    ]
    assert [r["function_name"] for r in dental_admin.get(CALLS, status="failed").data] == ["broken"]
    own = dental_admin.get(CALLS, custom_function_id=function).data
    assert [row["call_id"] for row in own] == [call_id]
    assert len(dental_admin.get(CALLS, **{"called_at[lt]": "2026-11-20T00:00:02Z"}).data) == 2
    first = dental_admin.get(CALLS, call_id=call_id, limit="2").json["meta"]["next_cursor"]
    assert len(dental_admin.get(CALLS, call_id=call_id, cursor=first).data) == 1
    assert dental_admin.get(f"{CALLS}/{own[0]['id']}").data == own[0]
    stranger = control_plane.as_role(UserRole.AGENCY_ADMIN, agency_id=tenancies.stranger.agency_id)
    assert stranger.get(CALLS).data == []
    assert stranger.get(f"{CALLS}/{own[0]['id']}").error == (404, "RES_NOT_FOUND")
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute("UPDATE calls SET deleted_at = now()")
    assert dental_admin.get(CALLS).data == []


def called(urls: DatabaseUrls, tenancy: Tenancy, function: str) -> str:
    """A call in which three tools were used, a second after another."""
    call = new_id()
    common = {"agency": tenancy.agency_id, "tenant": tenancy.tenant_id, "call": call}
    with psycopg.connect(urls.owner) as connection:
        connection.execute(
            "INSERT INTO calls (id, agency_id, tenant_id, carrier, external_call_id, direction, "
            "from_number, to_number, initiated_at) VALUES (%(call)s, %(agency)s, %(tenant)s, "
            "'twilio', 'CA1', 'inbound', '+1', '+1', now())",
            common,
        )
        for seq, (name, ok, code, whose) in enumerate(
            (
                ("lookup_order", True, "", function),
                ("broken", False, "BIZ_OPERATION_FAILED", None),
                ("slow", False, "SRV_TIMEOUT", None),
            )
        ):
            connection.execute(
                "INSERT INTO function_call_logs (id, agency_id, tenant_id, call_id, seq, "
                "function_name, arguments, ok, code, duration_ms, called_at, custom_function_id) "
                "VALUES (%(id)s, %(agency)s, %(tenant)s, %(call)s, %(seq)s, %(name)s, '{}', "
                "%(ok)s, %(code)s, 12.5, '2026-11-20T00:00:00Z'::timestamptz + "
                "make_interval(secs => %(seq)s), %(whose)s)",
                common
                | {"id": new_id(), "seq": seq, "name": name, "ok": ok, "code": code}
                | {"whose": whose},
            )
    return str(call)
