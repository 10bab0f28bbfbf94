"""What no file of the repository may hold: package registries, paths of one machine."""

import re

import pytest

from tests.unit.architecture.tree import ROOT, files

pytestmark = pytest.mark.unit

# Spelled in parts, so that this file passes its own test.
REGISTRIES = re.compile(
    r"pypi\.or"
    r"g|pythonhosted\.or"
    r"g|registry\.npmj"
    r"s|static\.crates\.i"
    r"o|"
    r"proxy\.golan"
    r"g|repo1?\.maven|deb\.debia"
    r"n|yarnpkg\.co"
    r"m",
    re.IGNORECASE,
)
# A home or work folder of one machine, not a path inside an image or of a URL.
MACHINE_PATHS = re.compile(r"(?<![\w.$}\])~/-])/(?:root|home|work|Users)/\w")


def matches(pattern: re.Pattern[str]) -> list[str]:
    """Return `path:line: text` for every line of the repository that matches."""
    return [
        f"{path}:{number}: {line.strip()[:120]}"
        for path in files()
        for number, line in enumerate((ROOT / path).read_text().splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_file_names_a_package_registry() -> None:
    assert matches(REGISTRIES) == []


def test_no_file_holds_a_path_of_one_machine() -> None:
    assert matches(MACHINE_PATHS) == []
