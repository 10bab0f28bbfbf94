"""The API through a client that is generated from its description: what is promised is answered."""

from types import ModuleType

import pytest
from pydantic import ValidationError

from aiconnected.users.models import UserRole
from tests.fixtures.web_api import ControlPlane
from tests.fixtures.world import Places, World, table_of
from tests.integration.functions.bodies import operations
from tests.integration.functions.typed_client import TypedClient, generated

pytestmark = pytest.mark.integration

LISTS = [
    described["operationId"]
    for (method, path), described in operations().items()
    if method == "GET" and "{" not in path
    if "Listing" in str(described["responses"]["200"].get("content", {}).get("application/json"))
]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return generated(tmp_path_factory.mktemp("client"))


@pytest.fixture
def client(control_plane: ControlPlane, models: ModuleType) -> TypedClient:
    return TypedClient(plane=control_plane.as_role(UserRole.PLATFORM_ADMIN), models=models)


def test_what_is_made_is_read_changed_and_deleted_through_the_models(
    client: TypedClient, models: ModuleType
) -> None:
    made = client.ask(
        "add_agency",
        body=models.AgencyGiven(
            name="Harbour Voice",
            slug="harbour-voice",
            contact_email="hello@harbour.example",
            billing_plan="standard",
        ),
    )
    assert isinstance(made, models.AnswerAgencyShown)
    agency_id = str(made.data.id)

    changed = client.ask(
        "change_agency", agency_id=agency_id, body=models.AgencyChanged(name="Harbour")
    )
    listed = client.ask("list_agencies", query="name%5Bstarts%5D=Harb")

    assert changed.data.name == "Harbour"
    assert changed.data.contact_email == "hello@harbour.example"
    assert [each.id for each in listed.data] == [made.data.id]


def test_a_refusal_is_read_as_what_the_description_says(
    client: TypedClient, models: ModuleType
) -> None:
    refused = client.ask("get_agency", agency_id="01939c2e-8f60-7b3a-9d55-2f6c1f0f8a10")

    assert isinstance(refused, models.ErrorEnvelope)
    assert refused.error.code == "RES_NOT_FOUND"


def test_the_models_refuse_what_the_api_would(models: ModuleType) -> None:
    with pytest.raises(ValidationError):
        models.AgencyGiven(name="", slug="Not A Slug", contact_email="x", billing_plan="x")


@pytest.mark.parametrize("name", LISTS)
def test_every_list_answers_rows_as_it_describes_them(
    client: TypedClient, world: World, places: Places, name: str
) -> None:
    table = table_of(f"{name.removeprefix('list_').removesuffix('s')}_id")
    if world.has(table):
        world.id(table, places.own)
    client.plane.enter(places.own.agency_id)

    answer = client.ask(name)

    assert type(answer).__name__.startswith("Listing"), answer
