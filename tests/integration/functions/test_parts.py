"""Prompts, voices, personalities and lines over HTTP."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import psycopg
import pytest

from aiconnected.db import Database
from aiconnected.kit.ids import new_id
from aiconnected.users.models import UserRole
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.tenancy import Tenancies
from tests.fixtures.web_api import Answer, ControlPlane

pytestmark = pytest.mark.integration

PROMPTS = "/api/v1/system-prompts"
VOICES = "/api/v1/voice-configurations"
PERSONALITIES = "/api/v1/agent-personalities"
GREETINGS = "/api/v1/greetings"
PROMPT = {"name": "Support", "content": "Help callers of {{business_name}}.", "category": "help"}
VOICE = {"name": "Ava", "provider": "deepgram", "model": "aura-2-thalia-en"}
PERSONALITY = {"name": "Ava", "persona": "You are {{agent_name}}."}
GREETING = {"kind": "open", "content": "Hello."}
EVERY = [(PROMPTS, PROMPT), (VOICES, VOICE), (PERSONALITIES, PERSONALITY), (GREETINGS, GREETING)]
KINDS = pytest.mark.parametrize(("path", "body"), EVERY, ids=[path[8:] for path, _ in EVERY])


def add(asked: ControlPlane, path: str, body: object, **given: object) -> Answer:
    assert isinstance(body, dict)
    made = asked.request("POST", path, json_body=body | given)
    assert made.status == 201, made.text
    return made


@KINDS
def test_a_part_is_added_shown_listed_and_deleted(
    dental_admin: ControlPlane, path: str, body: dict[str, str]
) -> None:
    made = add(dental_admin, path, body)

    assert made.data.items() >= body.items()
    shown = dental_admin.get(f"{path}/{made.data['id']}")
    assert (shown.data, shown.headers["ETag"]) == (made.data, made.headers["ETag"])
    assert [part["id"] for part in dental_admin.get(path).data] == [made.data["id"]]
    stale = dental_admin.request("DELETE", f"{path}/{made.data['id']}", headers={"If-Match": '"0"'})
    assert stale.error == (412, "RES_PRECONDITION_FAILED")
    assert dental_admin.request("DELETE", f"{path}/{made.data['id']}").status == 204
    assert dental_admin.get(path).data == []
    gone = dental_admin.request("PATCH", f"{path}/{made.data['id']}", json_body={})
    assert gone.error == (404, "RES_NOT_FOUND")


@KINDS
def test_a_name_or_place_is_taken_once(
    dental_admin: ControlPlane, path: str, body: dict[str, str]
) -> None:
    add(dental_admin, path, body)

    again = dental_admin.request("POST", path, json_body=body)

    assert again.error == (409, "RES_ALREADY_EXISTS")


@KINDS
def test_a_part_is_its_tenants_alone(
    control_plane: ControlPlane,
    dental_admin: ControlPlane,
    tenancies: Tenancies,
    path: str,
    body: dict[str, str],
) -> None:
    made = add(dental_admin, path, body).data
    plumbing = tenancies.plumbing
    plumber = control_plane.as_role(
        UserRole.TENANT_ADMIN, agency_id=plumbing.agency_id, tenant_id=plumbing.tenant_id
    )
    agency = control_plane.as_role(UserRole.AGENCY_USER, agency_id=plumbing.agency_id)

    for method in ("GET", "PATCH", "DELETE"):
        answer = plumber.request(
            method, f"{path}/{made['id']}", json_body={} if method == "PATCH" else None
        )
        assert answer.error == (404, "RES_NOT_FOUND")
    assert agency.get(f"{path}/{made['id']}").status == 200
    assert agency.request("POST", path, json_body=body).error == (403, "AUTHZ_PERMISSION_DENIED")


@pytest.mark.parametrize(("path", "body"), EVERY[:3], ids=[path[8:] for path, _ in EVERY[:3]])
def test_the_default_moves_at_once(
    dental_admin: ControlPlane, path: str, body: dict[str, str]
) -> None:
    first = add(dental_admin, path, body, is_default=True).data["id"]
    second = add(dental_admin, path, body, name="Second", is_default=True).data["id"]

    assert defaults(dental_admin, path) == [second]
    moved = dental_admin.request("PATCH", f"{path}/{first}", json_body={"is_default": True})
    assert moved.data["is_default"]
    assert defaults(dental_admin, path) == [first]
    dental_admin.request("PATCH", f"{path}/{first}", json_body={"is_default": False})
    assert defaults(dental_admin, path) == []


def test_many_who_want_to_be_the_default_leave_one(
    dental_admin: ControlPlane, tenancies: Tenancies, database: Database
) -> None:
    prompts = dental_admin.services.prompts
    ids = [
        UUID(add(dental_admin, PROMPTS, PROMPT, name=f"Prompt {n}").data["id"]) for n in range(8)
    ]

    def make_default(prompt_id: UUID) -> None:
        with database.work(tenancies.dental.scope) as work:
            prompts.change(work, prompt_id, changes={"is_default": True})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(make_default, ids))

    assert len(defaults(dental_admin, PROMPTS)) == 1


def defaults(asked: ControlPlane, path: str) -> list[str]:
    return [part["id"] for part in asked.get(path, is_default="true").data]


def test_a_prompt_is_replaced_whole_and_found_by_category(dental_admin: ControlPlane) -> None:
    prompt = add(dental_admin, PROMPTS, PROMPT, description="For support calls").data
    add(dental_admin, PROMPTS, PROMPT, name="Sales", category="sales")

    put = dental_admin.request(
        "PUT", f"{PROMPTS}/{prompt['id']}", json_body={"name": "Support", "content": "Help."}
    )

    assert (put.data["category"], put.data["description"]) == ("general", "")
    assert [p["name"] for p in dental_admin.get(PROMPTS, category="sales").data] == ["Sales"]
    assert [p["name"] for p in dental_admin.get(PROMPTS, q="Help.").data] == ["Support"]


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("Call {{owner}} in {{town}}.", "owner, town"),
        ("Call {{Owner}}.", "Owner"),
        ("Call {{ the owner }}.", "the owner"),
        ("{{constructor.name}}", "constructor.name"),
    ],
)
def test_a_variable_without_a_value_is_named(
    dental_admin: ControlPlane, content: str, named: str
) -> None:
    refused = dental_admin.request("POST", PROMPTS, json_body=PROMPT | {"content": content})

    assert refused.error == (400, "VAL_INVALID_FORMAT")
    assert refused.json["error"]["details"] == [
        {
            "field": "content",
            "code": "VAL_INVALID_FORMAT",
            "message": f"No value for {named}.",
        }
    ]
    assert dental_admin.get(PROMPTS).data == []


def test_a_value_cannot_be_taken_from_under_its_template(dental_admin: ControlPlane) -> None:
    body = PROMPT | {"content": "In {{town}}.", "variables": {"town": "Rome"}}
    prompt = add(dental_admin, PROMPTS, body).data["id"]

    refused = dental_admin.request("PATCH", f"{PROMPTS}/{prompt}", json_body={"variables": {}})

    assert refused.error == (400, "VAL_INVALID_FORMAT")
    assert dental_admin.get(f"{PROMPTS}/{prompt}").data["variables"] == {"town": "Rome"}


def test_a_preview_fills_what_is_given_before_what_is_kept(dental_admin: ControlPlane) -> None:
    body = PROMPT | {
        "content": "{{business_name}} in {{town}}: {{agent_name}}.",
        "variables": {"town": "Rome"},
    }
    prompt = add(dental_admin, PROMPTS, body).data["id"]

    def shown(**values: str) -> str:
        asked = {"variables": values}
        path = f"{PROMPTS}/{prompt}/preview"
        return dental_admin.request("POST", path, json_body=asked).data["text"]

    assert shown() == "dental in Rome: Ava."
    assert shown(town="Oslo", agent_name="Bo") == "dental in Oslo: Bo."


def test_a_voice_is_one_of_the_catalogue(dental_admin: ControlPlane) -> None:
    voice = add(dental_admin, VOICES, VOICE, speaking_rate=1.25).data
    assert voice["speaking_rate"] == 1.25

    for wrong in ({"model": "aura-9-nobody-en"}, {"provider": "nobody"}):
        refused = dental_admin.request("POST", VOICES, json_body=VOICE | {"name": "Bea"} | wrong)
        assert refused.error == (400, "VAL_INVALID_ENUM")
        changed = dental_admin.request("PATCH", f"{VOICES}/{voice['id']}", json_body=wrong)
        assert changed.error == (400, "VAL_INVALID_ENUM")
    for rate in (0.4, 2.1, 1.005, "fast", 1e308):
        refused = dental_admin.request("POST", VOICES, json_body=VOICE | {"speaking_rate": rate})
        assert refused.status == 400


@pytest.mark.parametrize(
    "settings",
    [
        {"a": "\0"},
        {"\ud800": 1},
        {"a": "x" * 100_001},
        {"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": {"i": {"j": {"k": {"l": 1}}}}}}}}}}}},
    ],
)
def test_settings_that_cannot_be_kept_are_refused(
    dental_admin: ControlPlane, settings: dict[str, object]
) -> None:
    refused = dental_admin.request("POST", VOICES, json_body=VOICE | {"settings": settings})

    assert refused.status == 400
    assert refused.json["error"]["details"][0]["field"] == "settings"


def test_an_endless_number_is_refused(dental_admin: ControlPlane) -> None:
    body = b'{"name": "a", "provider": "deepgram", "model": "aura-2-x", "settings": {"a": 1e999}}'

    refused = dental_admin.request(
        "POST", VOICES, body=body, headers={"Content-Type": "application/json"}
    )

    assert refused.error == (400, "VAL_OUT_OF_RANGE")


def test_lines_have_a_kind_and_a_place(dental_admin: ControlPlane) -> None:
    agent = dental_admin.request("POST", "/api/v1/agents", json_body={"name": "Ava"}).data["id"]
    for place, content in enumerate(("One moment.", "Let me see.")):
        add(
            dental_admin,
            GREETINGS,
            {"kind": "filler", "content": content, "position": place},
            agent_id=agent,
        )
    add(dental_admin, GREETINGS, GREETING)

    fillers = dental_admin.get(GREETINGS, kind="filler", sort="-position").data
    assert [line["content"] for line in fillers] == ["Let me see.", "One moment."]
    assert len(dental_admin.get(GREETINGS, **{"agent_id[null]": "true"}).data) == 1
    moved = dental_admin.request(
        "PATCH", f"{GREETINGS}/{fillers[0]['id']}", json_body={"position": 0}
    )
    assert moved.error == (409, "RES_ALREADY_EXISTS")
    braces = dental_admin.request(
        "PATCH", f"{GREETINGS}/{fillers[0]['id']}", json_body={"content": "{{Who}}?"}
    )
    assert braces.error == (400, "VAL_INVALID_FORMAT")


def test_a_line_is_of_an_agent_of_the_same_client(
    dental_admin: ControlPlane, control_plane: ControlPlane, tenancies: Tenancies
) -> None:
    agency = control_plane.as_role(UserRole.AGENCY_ADMIN, agency_id=tenancies.dental.agency_id)
    agent = dental_admin.request("POST", "/api/v1/agents", json_body={"name": "Ava"}).data["id"]
    whose = {"tenant_id": str(tenancies.plumbing.tenant_id)}

    mixed = agency.request("POST", GREETINGS, json_body=GREETING | whose | {"agent_id": agent})
    assert mixed.error == (404, "RES_NOT_FOUND")
    nobody = dental_admin.request(
        "POST", GREETINGS, json_body=GREETING | {"agent_id": str(new_id())}
    )
    assert nobody.error == (404, "RES_NOT_FOUND")


def test_a_part_of_a_draft_is_not_deleted(dental_admin: ControlPlane) -> None:
    ids = [add(dental_admin, path, body, is_default=True).data["id"] for path, body in EVERY[:3]]
    agent = dental_admin.request("POST", "/api/v1/agents", json_body={"name": "Ava"}).data["id"]
    draft = dental_admin.request(
        "PUT", f"/api/v1/agents/{agent}/draft", json_body={"llm_model": "claude-haiku-4-5"}
    )
    assert draft.status == 200

    for (path, _), part in zip(EVERY[:3], ids, strict=True):
        refused = dental_admin.request("DELETE", f"{path}/{part}")
        assert refused.error == (422, "BIZ_DEPENDENCY_EXISTS")


def test_a_change_is_in_the_audit_log_with_before_and_after(
    dental_admin: ControlPlane, database_urls: DatabaseUrls
) -> None:
    voice = add(dental_admin, VOICES, VOICE).data["id"]
    dental_admin.request("PATCH", f"{VOICES}/{voice}", json_body={"speaking_rate": 1.5})
    dental_admin.request("PATCH", f"{VOICES}/{voice}", json_body={"speaking_rate": 1.5})

    with psycopg.connect(database_urls.owner) as connection:
        rows = connection.execute(
            "SELECT action, changes FROM audit_log WHERE resource_id = %s ORDER BY id", [voice]
        ).fetchall()
    assert rows == [
        ("voice_configuration.created", {}),
        ("voice_configuration.updated", {"speaking_rate": ["1.00", "1.5"]}),
    ]
