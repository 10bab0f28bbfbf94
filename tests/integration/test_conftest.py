"""The rules of tests/conftest.py, seen from outside: pytest run over small suites."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A project with this one's pytest settings and conftest, and no tests yet."""
    (tmp_path / "tests").mkdir()
    for shared in ("pyproject.toml", "tests/conftest.py", "tests/virtual_time.py"):
        (tmp_path / shared).write_text((ROOT / shared).read_text())
    return tmp_path


def run(suite: Path, module: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run pytest over one test module."""
    (suite / "tests" / "test_it.py").write_text(module)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options],
        cwd=suite,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_module_without_a_category_stops_the_collection(suite: Path) -> None:
    done = run(suite, "def test_nothing(): pass\n")

    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "set pytestmark to one of unit, integration, e2e in: tests/test_it.py" in done.stderr


def test_a_module_in_two_categories_stops_the_collection(suite: Path) -> None:
    done = run(
        suite,
        "import pytest\npytestmark = [pytest.mark.unit, pytest.mark.e2e]\n"
        "def test_nothing(): pass\n",
    )

    assert done.returncode == pytest.ExitCode.USAGE_ERROR


@pytest.mark.parametrize(
    ("category", "outcome"),
    [("unit", pytest.ExitCode.TESTS_FAILED), ("integration", pytest.ExitCode.OK)],
)
def test_only_unit_tests_are_kept_from_sockets(
    suite: Path, category: str, outcome: pytest.ExitCode
) -> None:
    done = run(
        suite,
        f"import pytest, socket\npytestmark = pytest.mark.{category}\n"
        "def test_socket(): socket.socket().close()\n",
    )

    assert done.returncode == outcome, done.stdout


def test_a_skipped_test_fails_the_run_where_ci_asks_for_it(suite: Path) -> None:
    module = "import pytest\npytestmark = pytest.mark.unit\ndef test_it(): pytest.skip('no sox')\n"

    assert run(suite, module).returncode == pytest.ExitCode.OK
    for workers in (), ("-n", "2"):
        done = run(suite, module, "--fail-on-skip", *workers)
        assert done.returncode == pytest.ExitCode.TESTS_FAILED
        assert "no sox" in done.stdout
