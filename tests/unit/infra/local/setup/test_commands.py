"""Set-up of environments: what is stale, what is kept, what starts anew, with a fake installer."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from infra.local.setup.commands import clean, set_up, stale
from infra.local.setup.environments import Environment
from infra.local.setup.errors import SetupFailed
from infra.local.setup.installer import Installer
from infra.local.setup.stamp import NAME

pytestmark = pytest.mark.unit

SMALL = Environment(folder=".venv", requirements=("small.txt",), project=True)
LARGE = Environment(folder=".venv", requirements=("small.txt", "more.txt"), project=True)
BUILT = Environment(folder=".venv-b", requirements=("b.txt",), build_requirements="build.txt")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingInstaller(Installer):
    """Installs nothing; remembers what it was asked for, and fails at a named file."""

    asked: list[tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=list)
    failing: str = ""

    def install(self, requirements: Iterable[Path], *, into: Path, options: Iterable[str]) -> None:
        names = tuple(path.name for path in requirements)
        self.asked.append((names, tuple(options)))
        if self.failing in names:
            message = "no such package"
            raise SetupFailed(message)

    def install_project(self, root: Path, *, into: Path) -> None:
        self.asked.append((("project",), ()))


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("small.txt", "more.txt", "b.txt", "build.txt"):
        (tmp_path / name).write_text(f"{name}==1\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n[build-system]\n[tool.hatch]\n")
    return tmp_path


def install(
    checkout: Path, *environments: Environment, failing: str = "", gaps: Iterable[str] = ()
) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Set up with a recording installer; return what it was asked for."""
    tool = RecordingInstaller(command=(), environment={}, failing=failing)
    set_up(environments, root=checkout, provide=lambda _: tool, missing=lambda _: [*gaps])
    return tool.asked


def test_a_fresh_checkout_gets_its_packages_and_then_our_code(checkout: Path) -> None:
    assert install(checkout, SMALL) == [
        (("small.txt",), ("--no-build",)),
        (("project",), ()),
    ]
    assert not stale(SMALL, checkout)


def test_a_second_set_up_asks_for_no_installer(checkout: Path) -> None:
    install(checkout, SMALL)

    def offline(_root: Path) -> Installer:
        pytest.fail("an up-to-date environment asked for the installer")

    set_up((SMALL,), root=checkout, provide=offline)


def test_the_larger_set_leaves_the_smaller_one_satisfied(checkout: Path) -> None:
    install(checkout, SMALL)
    assert stale(LARGE, checkout)

    install(checkout, LARGE)

    assert not stale(LARGE, checkout)
    assert not stale(SMALL, checkout)


def test_a_changed_requirement_file_makes_the_environment_stale(checkout: Path) -> None:
    install(checkout, SMALL)

    (checkout / "small.txt").write_text("small.txt==2\n")

    assert stale(SMALL, checkout)


def test_changed_console_scripts_make_the_environment_stale(checkout: Path) -> None:
    install(checkout, SMALL)

    (checkout / "pyproject.toml").write_text(
        "[project]\nname = 'other'\n[build-system]\n[tool.hatch]\n"
    )

    assert stale(SMALL, checkout)


def test_an_installation_that_failed_is_thrown_away_by_the_next(checkout: Path) -> None:
    with pytest.raises(SetupFailed, match="no such package"):
        install(checkout, SMALL, failing="small.txt")
    half_installed = checkout / ".venv" / "half"
    half_installed.touch()

    install(checkout, SMALL)

    assert not half_installed.exists()
    assert not stale(SMALL, checkout)


def test_a_stamp_cut_off_while_written_counts_as_unfinished(checkout: Path) -> None:
    install(checkout, SMALL)
    (checkout / ".venv" / NAME).write_text('{"small.txt": "')

    assert stale(SMALL, checkout)
    assert install(checkout, SMALL)


def test_a_moved_checkout_starts_its_environment_anew(checkout: Path) -> None:
    install(checkout, SMALL)
    stamp = checkout / ".venv" / NAME
    stamp.write_text(json.dumps(json.loads(stamp.read_text()) | {"checkout": "elsewhere"}))
    old = checkout / ".venv" / "old"
    old.touch()

    install(checkout, SMALL)

    assert not old.exists()


def test_an_environment_made_by_hand_is_filled_and_not_removed(checkout: Path) -> None:
    python = checkout / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()

    install(checkout, SMALL)

    assert python.exists()
    assert not stale(SMALL, checkout)


def test_packages_without_a_wheel_are_built_with_pinned_tools(checkout: Path) -> None:
    assert install(checkout, BUILT) == [
        (("build.txt",), ("--no-build",)),
        (("b.txt",), ("--no-build-isolation",)),
    ]


def test_all_gaps_are_said_at_once_before_anything_is_installed(checkout: Path) -> None:
    with pytest.raises(SetupFailed) as failure:
        install(checkout, SMALL, gaps=("disk: 4 GiB", "AVX2: a processor"))

    assert str(failure.value) == "missing: disk: 4 GiB\nmissing: AVX2: a processor"
    assert not (checkout / ".venv").exists()


def test_clean_without_an_environment_removes_what_the_stack_left(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    for folder in (tmp_path / "checkout" / ".local" / "log", outside / "postgres"):
        folder.mkdir(parents=True)

    assert clean(tmp_path / "checkout", outside=outside) == 0

    assert not (tmp_path / "checkout" / ".local").exists()
    assert not outside.exists()
