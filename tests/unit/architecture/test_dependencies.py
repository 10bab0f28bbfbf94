"""Every deployable declares what it imports, and is not given it by accident of another package."""

import sys
from functools import cache
from importlib.metadata import packages_distributions

import pytest
from packaging.utils import canonicalize_name

from tests.unit.architecture.test_locks import requirements
from tests.unit.architecture.tree import modules

pytestmark = pytest.mark.unit

OURS = {"aiconnected", "app", "chalicelib", "realtime", "gpu", "infra", "tests"}
# Folder -> groups whose packages it may import.
GROUPS = {
    "layers": ("core",),
    "functions": ("functions",),
    "realtime": ("realtime",),
    "infra": ("local", "weights"),
}
# Import -> why a folder may use what its group does not list.
ELSEWHERE = {
    ("layers", "boto3"): "in Lambda's runtime, and in realtime's group",
    ("layers", "botocore"): "comes with boto3",
    ("layers", "alembic"): "migrations run from the local stack or a release job, never in Lambda",
    ("layers", "sqlalchemy"): "Alembic's, see there",
    ("layers", "docx"): "documents are read in the control plane's jobs; in functions' group",
    ("layers", "pypdf"): "as docx",
    ("layers", "stripe"): "signatures are checked in the control plane; in functions' group",
    ("layers", "twilio"): "numbers and calls of the control plane; in both deployables' groups",
    ("layers", "requests"): "twilio's transport, whose errors we tell apart",
    ("layers", "openai"): "embeddings of documents and questions; in both deployables' groups",
    ("functions", "boto3"): "in Lambda's runtime",
    ("functions", "botocore"): "comes with boto3",
    ("functions", "pydantic_core"): "pydantic's own errors",
    ("functions", "chalice"): "Chalice packs its own runtime",
    ("realtime", "botocore"): "comes with boto3",
    ("infra", "botocore"): "comes with boto3",
    ("infra", "multidict"): "aiohttp's own type of a query",
    ("infra", "yarl"): "aiohttp's own type of an address",
    ("realtime", "livekit"): "the namespace of livekit-agents and its plugins",
}


@cache
def providers() -> dict[str, set[str]]:
    """Return import name -> canonical names of the distributions that provide it."""
    return {
        name: {str(canonicalize_name(distribution)) for distribution in distributions}
        for name, distributions in packages_distributions().items()
    }


@pytest.mark.parametrize("folder", GROUPS)
def test_a_deployable_declares_what_it_imports(folder: str) -> None:
    declared = {canonicalize_name(r.name) for group in GROUPS[folder] for r in requirements(group)}
    known = OURS | sys.stdlib_module_names

    undeclared = {
        f"{module.path}: {top}"
        for module in modules(folder)
        for top in {name.partition(".")[0] for name in module.imports()} - known
        if not providers().get(top, set()) & declared and (folder, top) not in ELSEWHERE
    }

    assert undeclared == set()
