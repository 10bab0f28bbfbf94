"""Nouns of the shared package reach each other through their services."""

import pytest

from tests.unit.architecture.tree import modules

pytestmark = pytest.mark.unit

PACKAGE = "layers/core/python/aiconnected/"
INNER = {"repository", "queries"}


def test_a_noun_reads_another_nouns_data_through_its_service_only() -> None:
    reaching = [
        f"{module.path} imports {name}"
        for module in modules("layers")
        for name in module.imports()
        if (parts := name.split("."))[0] == "aiconnected" and set(parts[2:3]) & INNER
        if not module.path.startswith((f"{PACKAGE}{parts[1]}/", f"{PACKAGE}wiring/"))
    ]

    assert reaching == []
