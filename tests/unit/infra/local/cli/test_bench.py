"""`aiconnected bench` as a command: which sections it knows."""

import pytest
from typer.testing import CliRunner

from infra.local.cli.main import app
from tests.bench.suite import Section

pytestmark = pytest.mark.unit


def test_an_unknown_section_is_refused_with_the_known_ones() -> None:
    result = CliRunner().invoke(app, ["bench", "--only", "everything"], env={"COLUMNS": "200"})

    assert result.exit_code == 2
    assert all(section.value in result.output for section in Section)
