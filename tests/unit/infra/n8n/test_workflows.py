"""The n8n workflows: files that n8n imports, for events that we send."""

import json
from pathlib import Path
from typing import Any

import pytest

from aiconnected.contracts.catalogue import CallCompleted
from aiconnected.webhooks import signing
from infra.local.stack.layout import ROOT

pytestmark = pytest.mark.unit

FILES = sorted((ROOT / "infra" / "n8n").glob("*.json"))


def read(path: Path) -> dict[str, Any]:
    workflow: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return workflow


def test_there_is_one_for_completed_calls() -> None:
    assert [path.name for path in FILES] == ["call-completed.json"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_workflow_has_the_shape_that_n8n_imports(path: Path) -> None:
    workflow = read(path)
    nodes = {node["name"]: node for node in workflow["nodes"]}

    assert workflow["name"]
    assert workflow["active"] is False
    assert len({node["id"] for node in workflow["nodes"]}) == len(nodes) == len(workflow["nodes"])
    for node in nodes.values():
        assert node["type"].startswith("n8n-nodes-base.")
        assert len(node["position"]) == 2
        assert isinstance(node["parameters"], dict)
        assert node["typeVersion"] >= 1
    for source, outputs in workflow["connections"].items():
        assert source in nodes
        for output in outputs["main"]:
            assert {link["node"] for link in output} <= nodes.keys()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_node_is_reached_from_the_webhook(path: Path) -> None:
    workflow = read(path)
    reached, waiting = set[str](), ["Voice webhook"]
    while waiting:
        name = waiting.pop()
        reached.add(name)
        outputs = workflow["connections"].get(name, {"main": []})["main"]
        waiting += [link["node"] for output in outputs for link in output]

    assert reached == {node["name"] for node in workflow["nodes"]}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_workflow_checks_signature_age_and_event_as_we_send_them(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert signing.SIGNATURE.lower() in text
    assert signing.EVENT.lower() in text
    assert CallCompleted.TYPE in text
    assert '"rawBody": true' in text
    assert "$env.VOICE_WEBHOOK_SECRET" in text
    assert "whsec_" not in text
