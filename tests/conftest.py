"""What every test obeys: one category per module, sockets by category, virtual time in unit tests.

Fixtures live in `tests/fixtures/<subject>.py` and are loaded from there as plugins.
"""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.virtual_time import VirtualTimeLoop

CATEGORIES = ("unit", "integration", "e2e")
FIXTURES = Path(__file__).with_name("fixtures")

# A busy machine is no defect: no test asserts how fast it is.
settings.register_profile("voice", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("voice")
pytest.register_assert_rewrite("tests.fixtures")  # they import one another
pytest_plugins = [f"tests.fixtures.{path.stem}" for path in sorted(FIXTURES.glob("[a-z]*.py"))]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let CI insist that every test ran."""
    parser.addoption(
        "--fail-on-skip", action="store_true", help="exit with 1 when any test was skipped"
    )


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Turn skipped tests, which `-ra` lists by name, into a failure where CI asks for it."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if skipped and exitstatus == pytest.ExitCode.OK and session.config.getoption("fail_on_skip"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse modules without exactly one category; give sockets back where they are the subject."""
    wrong = sorted({item.location[0] for item in items if len(_categories(item)) != 1})
    if wrong:
        message = f"set pytestmark to one of {', '.join(CATEGORIES)} in: {', '.join(wrong)}"
        raise pytest.UsageError(message)
    for item in items:
        if item.get_closest_marker("unit") is None:
            item.add_marker(pytest.mark.enable_socket)


def _categories(item: pytest.Item) -> list[str]:
    return [name for name in CATEGORIES if item.get_closest_marker(name)]


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Run unit tests on virtual time, the others on asyncio's own loop."""
    if item.get_closest_marker("unit"):
        return {"virtual": VirtualTimeLoop}
    return {"real": asyncio.new_event_loop}
