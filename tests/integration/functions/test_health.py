"""Whether the control plane can work, asked over HTTP."""

import psycopg
import pytest

from aiconnected.db.schema import needed
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.web_api import ControlPlane

pytestmark = pytest.mark.integration


def test_a_migrated_database_is_ready(control_plane: ControlPlane) -> None:
    assert control_plane.get("/api/v1/readiness").data == {
        "status": "ok",
        "schema_revision": needed(),
    }


@pytest.mark.parametrize(("revision", "status"), [("20200101_0000", 503), ("20991231_0000", 200)])
def test_an_older_schema_is_not_enough_and_a_newer_one_is(
    control_plane: ControlPlane, database_urls: DatabaseUrls, revision: str, status: int
) -> None:
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute("UPDATE alembic_version SET version_num = %s", [revision])

    assert control_plane.get("/api/v1/readiness").status == status
