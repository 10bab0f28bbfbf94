"""The committed template: what it lets functions do, and that it says what the local stack does."""

import json
from typing import Any

import pytest
import yaml

from chalicelib.settings import Settings
from infra.local.stack.gateway import refusal
from infra.local.stack.layout import ROOT
from infra.local.stack.provision import _RECEIVES

pytestmark = pytest.mark.unit

# AWS knows no narrower resource for these.
ANY_RESOURCE = {
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "template.yaml").read_text())


def of_type(template: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    return {
        name: resource.get("Properties", {})
        for name, resource in template["Resources"].items()
        if resource["Type"] == kind
    }


def test_every_function_has_a_role_of_its_own_that_may_do_nothing_at_large(
    template: dict[str, Any],
) -> None:
    functions = of_type(template, "AWS::Serverless::Function")
    roles = of_type(template, "AWS::IAM::Role")
    used = [properties["Role"]["Fn::GetAtt"][0] for properties in functions.values()]

    assert sorted(used) == sorted(roles)
    for role in roles.values():
        for policy in role["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                actions = set(statement["Action"])
                assert not any("*" in action for action in actions)
                assert statement["Resource"] != "*" or actions <= ANY_RESOURCE


def test_a_policy_file_belongs_to_a_function_and_a_function_has_one() -> None:
    folder = ROOT / "functions" / ".chalice"
    (stage,) = json.loads((folder / "config.json").read_text())["stages"].values()
    named = {each["iam_policy_file"] for each in stage["lambda_functions"].values()}

    assert named == {path.name for path in folder.glob("policy-*.json")}


def test_a_function_answers_before_its_gateway_or_its_queue_gives_up(
    template: dict[str, Any],
) -> None:
    functions = of_type(template, "AWS::Serverless::Function")
    queues = of_type(template, "AWS::SQS::Queue")

    assert functions["APIHandler"]["Timeout"] == 29
    for name in ("DocumentAdded", "CallEnded", "MailRequested"):
        queue = f"{name}Queue"
        (source,) = functions[name]["Events"].values()
        assert source["Properties"]["Queue"] == {"Fn::Sub": f"${{{queue}.Arn}}"}
        assert source["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert queues[queue]["VisibilityTimeout"] >= 6 * functions[name]["Timeout"]
        assert queues[queue]["RedrivePolicy"]["maxReceiveCount"] == _RECEIVES


def test_every_setting_is_given_to_every_function(template: dict[str, Any]) -> None:
    given = set(template["Globals"]["Function"]["Environment"]["Variables"])
    wanted = {name.upper() for name in Settings.model_fields}

    # Whose defaults are the vendors' addresses; and what is for a stack of one machine alone.
    assert wanted - given == {"OPENAI_URL", "TWILIO_URL", "ALLOW_LOCAL_URLS"}
    assert given <= wanted


def test_no_secret_is_written_down(template: dict[str, Any]) -> None:
    variables = template["Globals"]["Function"]["Environment"]["Variables"]

    for name, field in Settings.model_fields.items():
        if "Secret" in str(field.annotation):
            assert "{{resolve:secretsmanager:" in json.dumps(variables[name.upper()])


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("MISSING_AUTHENTICATION_TOKEN", 404, "RES_NOT_FOUND"),
        ("REQUEST_TOO_LARGE", 413, "RES_TOO_LARGE"),
        ("INTEGRATION_TIMEOUT", 504, "SRV_TIMEOUT"),
        ("INTEGRATION_FAILURE", 502, "SRV_EXTERNAL_SERVICE"),
        ("THROTTLED", 429, "RATE_LIMIT_EXCEEDED"),
        ("DEFAULT_5XX", 500, "SRV_INTERNAL_ERROR"),
    ],
)
def test_the_gateway_itself_answers_in_our_envelope(
    template: dict[str, Any], kind: str, status: int, code: str
) -> None:
    responses = of_type(template, "AWS::ApiGateway::GatewayResponse").values()
    (response,) = [each for each in responses if each["ResponseType"] == kind]
    text = response["ResponseTemplates"]["application/json"]

    error = json.loads(text)["error"]

    assert (response["StatusCode"], error["code"]) == (str(status), code)
    local = refusal(status, code, message=error["message"], request_id="$context.requestId")
    assert json.loads(local.text or "") == {"error": error}
    allowed = response["ResponseParameters"]["gatewayresponse.header.Access-Control-Allow-Origin"]
    assert allowed == f"'{local.headers['Access-Control-Allow-Origin']}'" == "'*'"


def test_the_api_has_the_apps_routes_and_no_other(template: dict[str, Any]) -> None:
    (api,) = of_type(template, "AWS::Serverless::Api").values()
    described = json.loads((ROOT / "functions/chalicelib/openapi.json").read_text())["paths"]

    paths = api["DefinitionBody"]["paths"]
    assert set(described) < set(paths)
    # What a resource does not know is answered by the app, in our envelope: 405, and preflights.
    assert {tuple(methods) for methods in paths.values()} == {("x-amazon-apigateway-any-method",)}
    assert api["StageName"] == {"Ref": "Stage"}


def test_code_is_where_the_build_leaves_it(template: dict[str, Any]) -> None:
    uris = {each["CodeUri"] for each in of_type(template, "AWS::Serverless::Function").values()}
    uris |= {
        each["ContentUri"] for each in of_type(template, "AWS::Serverless::LayerVersion").values()
    }

    assert uris == {
        f".build/package/{name}.zip" for name in ("functions", "core-layer", "vendor-layer")
    }
