"""Growth of tables: estimated over partitions, warned of at four fifths of what they are for."""

import logging
from typing import Any

import psycopg
import pytest

from aiconnected.db import Database
from aiconnected.db.growth import THRESHOLDS, Growth
from chalicelib.jobs import upkeep
from chalicelib.observability import metrics
from tests.fixtures.postgres import DatabaseUrls
from tests.fixtures.web_api import ControlPlane

pytestmark = pytest.mark.integration
_ESTIMATE = "UPDATE pg_class SET reltuples = %s WHERE oid = %s::regclass"
_PARTITIONS = """
SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass ORDER BY 1
"""


def estimate(urls: DatabaseUrls, table: str, *rows: float) -> None:
    """What ANALYZE would have found of a table, or of its first partitions."""
    with psycopg.connect(urls.owner) as connection:
        names = [name for (name,) in connection.execute(_PARTITIONS, [table]).fetchall()] or [table]
        for name, count in zip(names, rows, strict=False):
            connection.execute(_ESTIMATE, [count, name])


def sizes(database: Database) -> dict[str, tuple[int, bool]]:
    return {size.name: (size.rows, size.is_near) for size in Growth(database).sizes()}


def test_a_table_that_was_never_analysed_counts_as_empty(database: Database) -> None:
    assert sizes(database) == dict.fromkeys(THRESHOLDS, (0, False))


def test_partitions_count_together(database: Database, database_urls: DatabaseUrls) -> None:
    estimate(database_urls, "call_events", 20_000_000, 19_000_000)
    estimate(database_urls, "transcript_turns", 79_000_000)

    found = sizes(database)

    assert found["call_events"] == (39_000_000, False)
    assert found["transcript_turns"][1] is False


@pytest.mark.parametrize(("table", "threshold"), THRESHOLDS.items(), ids=THRESHOLDS)
def test_a_table_is_near_from_four_fifths_on(
    database: Database, database_urls: DatabaseUrls, table: str, threshold: int
) -> None:
    estimate(database_urls, table, threshold * 0.75)
    assert sizes(database)[table][1] is False

    estimate(database_urls, table, threshold * 0.8)
    assert sizes(database)[table][1] is True


def test_the_job_measures_every_table_and_warns_of_those_that_are_near(
    control_plane: ControlPlane,
    database_urls: DatabaseUrls,
    caplog: pytest.LogCaptureFixture,
) -> None:
    estimate(database_urls, "calls", 9_000_000)
    metrics.clear_metrics()

    with caplog.at_level(logging.WARNING):
        upkeep.watch_growth(control_plane.services)

    measured: dict[str, Any] = {
        name: metric["Value"][-1] for name, metric in metrics.metric_set.items()
    }
    metrics.clear_metrics()
    assert measured == {f"Rows_{name}": 0 for name in THRESHOLDS} | {
        "Rows_calls": 9_000_000,
        "TablesNearThreshold": 1,
    }
    warned = [record for record in caplog.records if record.message == "table near its threshold"]
    assert [getattr(record, "table") for record in warned] == ["calls"]  # noqa: B009 -- given as extra
