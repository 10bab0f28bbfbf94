"""The local stack has what a deployment has: settings, queues with their letters, buckets."""

from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from chalicelib.settings import Settings
from infra.local.stack.environment import BUCKETS, QUEUES, Environment, Secrets
from infra.local.stack.layout import ROOT, Layout
from infra.local.stack.network import DEFAULTS
from infra.local.stack.provision import receives
from infra.package.template import TEMPLATE
from realtime.settings import RealtimeSettings

pytestmark = pytest.mark.unit

HAND_WRITTEN = ROOT / "infra" / "resources.yaml"


def read(path: Path) -> dict[str, Any]:
    return cast("dict[str, Any]", yaml.safe_load(path.read_text(encoding="utf-8")))


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """The hand-written resources of one type, by logical name."""
    found = read(HAND_WRITTEN)["Resources"]
    return {
        name: resource["Properties"]
        for name, resource in found.items()
        if resource.get("Type") == kind
    }


def environment() -> Environment:
    secret = dict.fromkeys(Secrets.__slots__, "s" * 32)
    return Environment(
        layout=Layout(name="parity"), ports=dict(DEFAULTS), secrets=Secrets(**secret)
    )


def queue_names() -> dict[str, dict[str, Any]]:
    """The deployed queues by name, without their stage."""
    return {
        properties["QueueName"]["Fn::Sub"].removesuffix("-${Stage}"): properties
        for properties in resources("AWS::SQS::Queue").values()
    }


def test_whatever_a_deployed_function_is_set_the_stack_sets_too() -> None:
    deployed = read(HAND_WRITTEN)["Globals"]["Function"]["Environment"]["Variables"]

    assert deployed.keys() - environment().product().keys() == set()


def test_both_planes_start_with_what_the_stack_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    stack = environment()
    for name, value in stack.realtime().items():
        monkeypatch.setenv(name, value)

    assert Settings.read(stack.product()).allow_local_urls
    assert RealtimeSettings().allow_local_urls  # pyright: ignore[reportCallIssue] -- the environment


def test_every_deployed_queue_is_there_and_gives_up_as_often() -> None:
    deployed = {name: q for name, q in queue_names().items() if "RedrivePolicy" in q}

    assert set(QUEUES.values()) == deployed.keys()
    assert {name: receives(name) for name in deployed} == {
        name: queue["RedrivePolicy"]["maxReceiveCount"] for name, queue in deployed.items()
    }


def test_every_queue_that_a_function_reads_is_there() -> None:
    functions = read(TEMPLATE)["Resources"].values()
    sources = [
        event["Properties"]["Queue"]["Fn::Sub"].removeprefix("${").removesuffix("Queue.Arn}")
        for function in functions
        if function["Type"] == "AWS::Serverless::Function"
        for event in function["Properties"].get("Events", {}).values()
        if event["Type"] == "SQS"
    ]
    local = {name.removesuffix("_QUEUE_URL").replace("_", "").lower() for name in QUEUES}

    assert {source.lower() for source in sources} == local


def test_every_deployed_bucket_is_there() -> None:
    assert len(resources("AWS::S3::Bucket")) == len(BUCKETS)
