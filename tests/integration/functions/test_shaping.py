"""Chosen fields, and versions that the caller has already."""

import pytest

from tests.fixtures.web_api import ControlPlane
from tests.integration.functions.odd_routes import ONE, routes

pytestmark = pytest.mark.integration

THING = f"/things/{ONE.id}"


@pytest.fixture
def plane(dental_admin: ControlPlane) -> ControlPlane:
    return ControlPlane(services=dental_admin.services, groups=(routes,), token=dental_admin.token)


def test_only_the_chosen_fields_of_a_resource_are_answered(plane: ControlPlane) -> None:
    assert plane.get(THING, fields="name,id").json == {
        "data": {"id": str(ONE.id), "name": "one"},
        "meta": {},
    }


def test_only_the_chosen_fields_of_each_row_are_answered(plane: ControlPlane) -> None:
    answer = plane.get("/things", fields="name")

    assert answer.data == [{"name": "one"}, {"name": "two ☃"}]
    assert answer.json["meta"]["total"] == 2


@pytest.mark.parametrize("fields", ["colour", "name,colour", "", ",", "name,,id", "Name", "\0"])
def test_a_field_that_there_is_not_is_refused(plane: ControlPlane, fields: str) -> None:
    for path in ("/things", THING):
        answer = plane.get(path, fields=fields)
        assert answer.error == (400, "VAL_UNKNOWN_FIELD")
        assert [each["field"] for each in answer.json["error"]["details"]] == ["fields"]


def test_an_answer_without_a_resource_has_no_fields_to_choose(plane: ControlPlane) -> None:
    assert plane.get("/others", fields="status").error == (400, "VAL_UNKNOWN_FIELD")


def test_an_error_is_answered_whole(plane: ControlPlane) -> None:
    answer = plane.get("/things/00000000-0000-0000-0000-000000000009", fields="name")

    assert answer.error == (404, "RES_NOT_FOUND")


@pytest.mark.parametrize("path", [THING, "/things", "/others"])
def test_whoever_has_the_version_is_not_sent_it_again(plane: ControlPlane, path: str) -> None:
    first = plane.get(path)
    tag = first.headers["ETag"]

    again = plane.request("GET", path, headers={"If-None-Match": f'"x", {tag}'})

    assert first.headers["Cache-Control"] == "private, no-cache"
    assert (again.status, again.text, again.headers["ETag"]) == (304, "", tag)
    assert again.headers["Cache-Control"] == "private, no-cache"
    assert plane.request("GET", path, headers={"If-None-Match": "*"}).status == 304
    assert plane.request("GET", path, headers={"If-None-Match": '"x"'}).text == first.text


def test_other_fields_are_another_version(plane: ControlPlane) -> None:
    whole, name = plane.get("/things"), plane.get("/things", fields="name")

    assert whole.headers["ETag"] != name.headers["ETag"]


def test_what_makes_something_has_no_version_to_compare(plane: ControlPlane) -> None:
    answer = plane.request(
        "POST", "/things", json_body={"name": "a", "size": 1}, headers={"If-None-Match": "*"}
    )

    assert (answer.status, answer.headers["Cache-Control"]) == (201, "no-store")
