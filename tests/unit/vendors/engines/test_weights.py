"""Weights that are missing or altered are named, never used."""

import hashlib
from pathlib import Path

import pytest

from infra.local.vendors.engines.weights import (
    WeightFile,
    WeightsAltered,
    WeightsMissing,
    locate,
)

pytestmark = pytest.mark.unit


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Put a package with one weight file on the path."""
    name = f"weights_of_{tmp_path.name.replace('-', '_')}"
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").write_text("raise ImportError('must not be imported')")
    (tmp_path / name / "model.bin").write_bytes(b"weights")
    monkeypatch.syspath_prepend(str(tmp_path))
    return name


def file(package: str, content: bytes = b"weights", path: str = "model.bin") -> WeightFile:
    return WeightFile(package=package, path=path, sha256=hashlib.sha256(content).hexdigest())


def test_the_expected_file_is_found_without_importing_its_package(package: str) -> None:
    assert locate(file(package)).read_bytes() == b"weights"


def test_an_altered_file_is_refused(package: str) -> None:
    with pytest.raises(WeightsAltered, match=r"model\.bin"):
        locate(file(package, b"other weights"))


def test_a_missing_file_and_a_missing_package_are_named(package: str) -> None:
    with pytest.raises(WeightsMissing, match=r"has no other\.bin"):
        locate(file(package, path="other.bin"))
    with pytest.raises(WeightsMissing, match="package no_such_wheel is not installed"):
        locate(file("no_such_wheel"))
