"""Agents over HTTP: described, drafted of their parts, published frozen, rolled back."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
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

AGENTS = "/api/v1/agents"
PROMPTS = "/api/v1/system-prompts"
VOICES = "/api/v1/voice-configurations"
PERSONALITIES = "/api/v1/agent-personalities"
GREETINGS = "/api/v1/greetings"
FUNCTIONS = "/api/v1/custom-functions"
PROMPT = {"name": "Receptionist", "content": "{{persona}} {{city}}", "variables": {"city": "Rome"}}
VOICE = {"name": "Ava", "provider": "deepgram", "model": "aura-2-thalia-en"}
PERSONALITY = {"name": "Ava", "persona": "You are {{agent_name}}.", "disclosure": "I am no human."}
HELLO = {"kind": "open", "content": "{{business_name}}, this is {{agent_name}}."}
DRAFT = {"llm_model": "claude-haiku-4-5", "tools": ["end_call"]}
FUNCTION = {"name": "lookup_order", "webhook_url": "https://orders.example.com/lookup"}


@dataclass(slots=True)
class Workshop:
    """Makes agents as the dental practice's administrator."""

    asked: ControlPlane

    def make(self, path: str, body: object) -> Any:  # noqa: ANN401 -- JSON
        made = self.asked.request("POST", path, json_body=body)
        assert made.status == 201, made.text
        return made.data

    def parts(self) -> None:
        """One default of each, and a greeting."""
        for path, body in ((PROMPTS, PROMPT), (VOICES, VOICE), (PERSONALITIES, PERSONALITY)):
            self.make(path, body | {"is_default": True})
        self.make(GREETINGS, HELLO)

    def agent(self, **given: object) -> str:
        """An agent with a draft of the defaults."""
        agent = self.make(AGENTS, {"name": "Ava"} | given)["id"]
        assert self.put_draft(agent).status == 200
        return agent

    def put_draft(self, agent: str, **given: object) -> Answer:
        return self.asked.request("PUT", f"{AGENTS}/{agent}/draft", json_body=DRAFT | given)

    def publish(self, agent: str, **headers: str) -> Answer:
        return self.asked.request("POST", f"{AGENTS}/{agent}/publish", headers=headers)


@pytest.fixture
def workshop(dental_admin: ControlPlane) -> Workshop:
    """With the parts that an agent needs."""
    made = Workshop(dental_admin)
    made.parts()
    return made


@pytest.fixture
def plumber(control_plane: ControlPlane, tenancies: Tenancies) -> ControlPlane:
    """The app, asked by the sibling's administrator."""
    plumbing = tenancies.plumbing
    return control_plane.as_role(
        UserRole.TENANT_ADMIN, agency_id=plumbing.agency_id, tenant_id=plumbing.tenant_id
    )


def details(answer: Answer) -> dict[str, str]:
    return {each["field"]: each["code"] for each in answer.json["error"]["details"]}


def test_an_agent_is_described(workshop: Workshop) -> None:
    asked = workshop.asked
    made = asked.request("POST", AGENTS, json_body={"name": "Zoë & Co.", "metadata": {"a": [1]}})

    assert (made.data["slug"], made.data["status"]) == ("zoe-co", "active")
    assert (made.data["published_version"], made.data["has_draft"]) == (None, False)
    path = f"{AGENTS}/{made.data['id']}"
    etag = {"If-Match": made.headers["ETag"]}
    paused = asked.request("PATCH", path, json_body={"status": "paused"}, headers=etag)
    assert (paused.data["status"], paused.data["name"]) == ("paused", "Zoë & Co.")
    stale = asked.request("PATCH", path, json_body={"status": "active"}, headers=etag)
    assert stale.error == (412, "RES_PRECONDITION_FAILED")
    whole = asked.request("PUT", path, json_body={"name": "Zoe", "slug": "zoe"})
    assert (whole.data["status"], whole.data["metadata"]) == ("active", {})
    assert asked.request("PUT", path, json_body={"name": "Zoe"}).error == (400, "VAL_REQUIRED")
    assert [agent["slug"] for agent in asked.get(AGENTS, status="active").data] == ["zoe"]
    assert asked.request("DELETE", path).status == 204
    assert asked.get(path).error == (404, "RES_NOT_FOUND")


def test_a_slug_is_one_agents(workshop: Workshop) -> None:
    first = workshop.make(AGENTS, {"name": "Ava"})
    workshop.make(AGENTS, {"name": "Bea"})

    again = workshop.asked.request("POST", AGENTS, json_body={"name": "Ava"})
    assert again.error == (409, "RES_ALREADY_EXISTS")
    moved = workshop.asked.request("PATCH", f"{AGENTS}/{first['id']}", json_body={"slug": "bea"})
    assert moved.error == (409, "RES_ALREADY_EXISTS")


def test_a_draft_takes_the_defaults_and_the_models_own_vendor(workshop: Workshop) -> None:
    agent = workshop.agent()

    draft = workshop.asked.get(f"{AGENTS}/{agent}/draft").data

    assert (draft["version"], draft["status"], draft["snapshot"]) == (1, "draft", None)
    assert (draft["llm_provider"], draft["stt_provider"]) == ("anthropic", "deepgram")
    assert draft["system_prompt_id"] == workshop.asked.get(PROMPTS).data[0]["id"]
    replaced = workshop.put_draft(agent, llm_model="gpt-4o", tools=[])
    assert (replaced.data["id"], replaced.data["llm_provider"]) == (draft["id"], "openai")
    assert replaced.data["tools"] == []


def test_a_draft_without_parts_says_which_are_missing(dental_admin: ControlPlane) -> None:
    workshop = Workshop(dental_admin)
    agent = workshop.make(AGENTS, {"name": "Ava"})["id"]

    refused = workshop.put_draft(agent, custom_function_ids=[str(new_id())])

    assert refused.error == (422, "BIZ_INVALID_STATE")
    assert set(details(refused)) == {
        "system_prompt_id",
        "voice_configuration_id",
        "agent_personality_id",
        "custom_function_ids.0",
    }
    assert dental_admin.get(f"{AGENTS}/{agent}/draft").error == (404, "RES_NOT_FOUND")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"llm_model": "claude-nobody"}, "llm_model"),
        ({"llm_model": "gpt-4o", "llm_provider": "anthropic"}, "llm_model"),
        ({"stt_model": "nova-9"}, "stt_model"),
        ({"tools": ["end_call", "rm_rf"]}, "tools.1"),
        ({"turn_preset": "slow"}, "turn_preset"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"max_duration_s": 10**20}, "max_duration_s"),
        ({"language": "english!"}, "language"),
        ({"custom_function_ids": ["x"]}, "custom_function_ids.0"),
    ],
)
def test_a_draft_of_what_is_not_in_the_catalogue_is_refused(
    workshop: Workshop, given: dict[str, object], field: str
) -> None:
    agent = workshop.agent()

    refused = workshop.put_draft(agent, **given)

    assert refused.status == 400
    assert list(details(refused)) == [field]


def test_another_clients_parts_are_not_there(workshop: Workshop, plumber: ControlPlane) -> None:
    foreign = Workshop(plumber).make(PROMPTS, PROMPT)["id"]
    agent = workshop.agent()

    refused = workshop.put_draft(agent, system_prompt_id=foreign)

    assert refused.error == (422, "BIZ_INVALID_STATE")
    assert details(refused) == {"system_prompt_id": "RES_NOT_FOUND"}


def test_what_is_published_is_frozen_with_its_functions(workshop: Workshop) -> None:
    function = workshop.make(FUNCTIONS, FUNCTION | {"description": "Finds an order."})
    agent = workshop.agent()
    draft = workshop.put_draft(agent, custom_function_ids=[function["id"]])

    published = workshop.publish(agent, **{"If-Match": draft.headers["ETag"]})

    assert (published.data["published_version"], published.data["has_draft"]) == (1, False)
    versions = workshop.asked.get(f"{AGENTS}/{agent}/versions").data
    snapshot = versions[0]["snapshot"]
    assert snapshot["functions"] == [
        {
            "id": function["id"],
            "name": "lookup_order",
            "description": "Finds an order.",
            "parameters": {"type": "object", "properties": {}},
            "timeout_ms": 5000,
        }
    ]
    prompt = workshop.asked.get(PROMPTS).data[0]["id"]
    workshop.asked.request("PATCH", f"{PROMPTS}/{prompt}", json_body={"content": "Other."})
    version = workshop.asked.get(f"{AGENTS}/{agent}/versions/{versions[0]['id']}").data
    assert version["snapshot"]["prompt"] == PROMPT["content"]
    in_use = workshop.asked.request("DELETE", f"{FUNCTIONS}/{function['id']}")
    assert in_use.error == (422, "BIZ_DEPENDENCY_EXISTS")


def test_publishing_says_all_that_is_missing(workshop: Workshop) -> None:
    asked = workshop.asked
    function = workshop.make(FUNCTIONS, FUNCTION)["id"]
    agent = workshop.agent()
    greeting = asked.get(GREETINGS).data[0]["id"]
    asked.request("DELETE", f"{GREETINGS}/{greeting}")
    workshop.make(GREETINGS, {"kind": "farewell", "content": "Bye, {{caller}}."})

    nothing = workshop.publish(agent)
    assert nothing.error == (422, "BIZ_INVALID_STATE")
    assert details(nothing) == {
        "greetings.farewell": "VAL_INVALID_FORMAT",
        "greetings.open": "VAL_REQUIRED",
    }
    workshop.put_draft(agent, custom_function_ids=[function])
    asked.request("PATCH", f"{FUNCTIONS}/{function}", json_body={"is_active": False})
    switched_off = workshop.publish(agent)
    assert details(switched_off) == {"custom_function_ids.0": "RES_NOT_FOUND"}
    assert asked.get(f"{AGENTS}/{agent}").data["published_version"] is None


def test_only_the_draft_that_was_read_is_published_and_only_once(workshop: Workshop) -> None:
    agent = workshop.agent()
    seen = workshop.asked.get(f"{AGENTS}/{agent}/draft").headers["ETag"]
    workshop.put_draft(agent, max_tokens=512)

    stale = workshop.publish(agent, **{"If-Match": seen})

    assert stale.error == (412, "RES_PRECONDITION_FAILED")
    assert workshop.publish(agent).status == 200
    assert workshop.publish(agent).error == (422, "BIZ_INVALID_STATE")


def test_a_draft_is_discarded_and_what_is_published_stays(workshop: Workshop) -> None:
    agent = workshop.agent()
    workshop.publish(agent)
    workshop.put_draft(agent, max_tokens=512)
    draft = f"{AGENTS}/{agent}/draft"
    seen = workshop.asked.get(draft).headers["ETag"]
    workshop.put_draft(agent, max_tokens=256)

    stale = workshop.asked.request("DELETE", draft, headers={"If-Match": seen})
    gone = workshop.asked.request("DELETE", draft)
    again = workshop.asked.request("DELETE", draft)

    assert stale.error == (412, "RES_PRECONDITION_FAILED")
    assert (gone.status, again.error) == (204, (404, "RES_NOT_FOUND"))
    shown = workshop.asked.get(f"{AGENTS}/{agent}").data
    assert (shown["published_version"], shown["has_draft"]) == (1, False)
    assert [v["version"] for v in workshop.asked.get(f"{AGENTS}/{agent}/versions").data] == [1]
    assert workshop.put_draft(agent).data["version"] == 2


def test_an_archived_version_answers_again_as_it_was(workshop: Workshop) -> None:
    agent = workshop.agent()
    workshop.publish(agent)
    workshop.put_draft(agent, max_tokens=99)
    workshop.publish(agent)
    versions = f"{AGENTS}/{agent}/versions"
    second, first = workshop.asked.get(versions).data

    back = workshop.asked.request("POST", f"{versions}/{first['id']}/rollback")

    assert (back.data["version"], back.data["status"]) == (1, "published")
    assert workshop.asked.get(f"{AGENTS}/{agent}").data["published_version"] == 1
    states = [version["status"] for version in workshop.asked.get(versions).data]
    assert states == ["archived", "published"]
    again = workshop.asked.request("POST", f"{versions}/{first['id']}/rollback")
    assert again.error == (422, "BIZ_INVALID_STATE")
    workshop.put_draft(agent)
    draft = workshop.asked.get(f"{AGENTS}/{agent}/draft").data
    assert draft["version"] == 3
    never = workshop.asked.request("POST", f"{versions}/{draft['id']}/rollback")
    assert never.error == (422, "BIZ_INVALID_STATE")
    assert second["id"] != first["id"]
    archived = workshop.asked.get(versions, status="archived", sort="version").data
    assert [version["version"] for version in archived] == [2]


def test_two_who_publish_at_once_publish_once(
    workshop: Workshop, control_plane: ControlPlane, tenancies: Tenancies
) -> None:
    agent = UUID(workshop.agent())
    services, dental = control_plane.services, tenancies.dental
    urls = services.settings
    pooled = Database.pooled(
        urls.database_url_app.get_secret_value(), urls.database_url_platform.get_secret_value()
    )

    def publish(_: int) -> str:
        try:
            with pooled.work(dental.scope) as work:
                services.agent_authoring.publish(work, agent)
        except Exception as exc:  # noqa: BLE001 -- its kind is what is asked
            return type(exc).__name__
        return "published"

    with ThreadPoolExecutor(8) as pool:
        ended = sorted(pool.map(publish, range(8)))
    pooled.close()

    assert ended == ["NoDraft"] * 7 + ["published"]


def test_an_agent_that_numbers_lead_to_is_not_deleted(
    workshop: Workshop, tenancies: Tenancies, database_urls: DatabaseUrls
) -> None:
    agent = workshop.agent()
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute(
            "INSERT INTO phone_numbers (id, agency_id, tenant_id, agent_id, number, carrier) "
            "VALUES (%s, %s, %s, %s, '+12125550199', 'twilio')",
            [new_id(), tenancies.dental.agency_id, tenancies.dental.tenant_id, agent],
        )

    refused = workshop.asked.request("DELETE", f"{AGENTS}/{agent}")

    assert refused.error == (422, "BIZ_DEPENDENCY_EXISTS")


def test_a_sibling_and_a_stranger_see_nothing_of_it(
    workshop: Workshop, plumber: ControlPlane, control_plane: ControlPlane, tenancies: Tenancies
) -> None:
    agent = workshop.agent()
    stranger = control_plane.as_role(UserRole.AGENCY_ADMIN, agency_id=tenancies.stranger.agency_id)

    for asked in (plumber, stranger):
        assert asked.get(AGENTS).data == []
        for rest in ("", "/draft", "/versions"):
            assert asked.get(f"{AGENTS}/{agent}{rest}").error == (404, "RES_NOT_FOUND")
        for method, rest in (("PATCH", ""), ("PUT", "/draft"), ("DELETE", "")):
            answer = asked.request(
                method,
                f"{AGENTS}/{agent}{rest}",
                json_body={"PATCH": {}, "PUT": DRAFT}.get(method),
            )
            assert answer.error == (404, "RES_NOT_FOUND")


def test_an_agency_names_its_client_and_a_client_only_itself(
    workshop: Workshop, control_plane: ControlPlane, tenancies: Tenancies
) -> None:
    agency = control_plane.as_role(UserRole.AGENCY_ADMIN, agency_id=tenancies.dental.agency_id)
    dental, plumbing, stranger = (
        str(each.tenant_id) for each in (tenancies.dental, tenancies.plumbing, tenancies.stranger)
    )

    def add(asked: ControlPlane, tenant_id: str | None) -> Answer:
        return asked.request("POST", AGENTS, json_body={"name": "Cy", "tenant_id": tenant_id})

    unnamed = add(agency, None)
    assert unnamed.error == (400, "VAL_REQUIRED")
    assert details(unnamed) == {"tenant_id": "VAL_REQUIRED"}
    assert add(agency, plumbing).data["tenant_id"] == plumbing
    assert add(agency, stranger).error == (404, "RES_NOT_FOUND")
    assert add(workshop.asked, dental).data["tenant_id"] == dental
    assert add(workshop.asked, plumbing).error == (403, "AUTHZ_TENANT_MISMATCH")
    listed = workshop.asked.get(AGENTS, tenant_id=plumbing)
    assert listed.error == (403, "AUTHZ_TENANT_MISMATCH")
    assert len(agency.get(AGENTS, tenant_id=plumbing).data) == 1


def test_the_catalogue_says_what_agents_are_made_of(workshop: Workshop) -> None:
    shown = workshop.asked.get("/api/v1/models").data

    assert {"kind": "llm", "provider": "anthropic", "name": "claude-haiku-4-5"} in shown["models"]
    assert "transfer_call" in shown["tools"]
    assert "business_name" in shown["variables"]
