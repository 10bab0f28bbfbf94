"""pip's index settings as uv hears them."""

from pathlib import Path

import pytest

from infra.local.setup.index import parse, uv_environment

pytestmark = pytest.mark.unit


def test_the_environment_overrides_the_files_as_in_pip() -> None:
    listing = (
        ":env:.index-url='https://env.example/simple'\n"
        "global.index-url='https://file.example/simple'\n"
        "install.timeout='30'\n"
    )

    settings = parse(listing)

    assert settings == {"index-url": "https://env.example/simple", "timeout": "30"}


def test_values_with_quotes_and_line_breaks_are_read_whole() -> None:
    settings = parse(""":env:.index-url="https://u:p'w@h.example/simple"\n""")
    several = parse(r":env:.extra-index-url='https://a.example\nhttps://b.example'")

    assert settings["index-url"] == "https://u:p'w@h.example/simple"
    assert uv_environment(several, {})["UV_INDEX"] == "https://a.example https://b.example"


def test_sections_of_other_pip_commands_are_passed_over() -> None:
    assert parse("freeze.timeout='10'\nnonsense\n") == {}


def test_what_the_user_says_to_uv_stays() -> None:
    said = uv_environment(
        {"index-url": "https://pip.example/simple", "cert": "/pip.pem"},
        {"UV_DEFAULT_INDEX": "https://uv.example/simple"},
    )

    assert said == {"SSL_CERT_FILE": "/pip.pem"}


def test_folders_of_wheels_that_do_not_exist_are_left_out(tmp_path: Path) -> None:
    settings = {"find-links": f"{tmp_path} {tmp_path}/missing https://wheels.example/"}

    said = uv_environment(settings, {})

    assert said["UV_FIND_LINKS"] == f"{tmp_path},https://wheels.example/"


def test_a_certificate_bundle_said_to_requests_serves_uv_too() -> None:
    said = uv_environment({}, {"REQUESTS_CA_BUNDLE": "/company.pem"})

    assert said == {"SSL_CERT_FILE": "/company.pem"}
