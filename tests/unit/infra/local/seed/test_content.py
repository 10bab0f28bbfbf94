"""The seeded facts agree with themselves and with the documents the agent answers from."""

from datetime import time
from pathlib import Path
from typing import Any

import phonenumbers
import pytest
import yaml

pytestmark = pytest.mark.unit

SEED = Path(__file__).parents[5] / "infra" / "local" / "seed"
FACTS: dict[str, Any] = yaml.safe_load((SEED / "facts.yaml").read_text())
CLIENTS: list[dict[str, Any]] = FACTS["clients"]
NUMBERS = ("phone_number", "fallback_phone", "emergency_phone")
each_client = pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client["slug"])


def documents(client: dict[str, Any]) -> str:
    paths = sorted((SEED / "documents" / client["slug"]).glob("*.md"))
    return "\n".join(path.read_text() for path in paths)


def table_rows(client: dict[str, Any]) -> list[list[str]]:
    """The cells of every table row in a client's documents."""
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in documents(client).splitlines()
        if line.startswith("|")
    ]


def spoken(clock: str) -> str:
    """A time as the documents write it: `9 am`, `6:15 pm`, `noon`."""
    at = time.fromisoformat(clock)
    if at == time(12):
        return "noon"
    minutes = f":{at.minute:02}" if at.minute else ""
    return f"{(at.hour - 1) % 12 + 1}{minutes} {'am' if at.hour < 12 else 'pm'}"


def minutes(clock: str) -> int:
    at = time.fromisoformat(clock)
    return at.hour * 60 + at.minute


@each_client
def test_client_has_five_documents_of_several_pages(client: dict[str, Any]) -> None:
    lengths = [
        len(path.read_text().split()) for path in (SEED / "documents" / client["slug"]).glob("*.md")
    ]

    assert len(lengths) >= 5
    assert min(lengths) >= 450


@each_client
def test_numbers_are_valid_and_kept_for_fiction(client: dict[str, Any]) -> None:
    for name in NUMBERS:
        number = phonenumbers.parse(client[name])

        assert phonenumbers.is_valid_number(number)
        assert (
            phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            == (client[name])
        )
        assert "55501" in client[name]


@each_client
def test_documents_give_the_hours_of_every_day(client: dict[str, Any]) -> None:
    rows = [row[:3] for row in table_rows(client)]
    for day, hours in client["business_hours"].items():
        expected = [spoken(hours["opens"]), spoken(hours["closes"])] if hours else ["–", "–"]

        assert [day.capitalize(), *expected] in rows


@each_client
def test_documents_name_every_holiday(client: dict[str, Any]) -> None:
    rows = {row[0]: row for row in table_rows(client)}
    for holiday in client["holidays"]:
        row = rows[holiday["name"].removesuffix(" (observed)")]
        cell = row[holiday["date"].year - 2025]

        assert f"{holiday['date']:%B}" in cell
        assert str(holiday["date"].day) in cell.replace(",", "").split()


@each_client
def test_documents_give_the_price_of_every_service(client: dict[str, Any]) -> None:
    prices = {row[0]: row[-1].removeprefix("from ") for row in table_rows(client) if "$" in row[-1]}
    for service in client["services"]:
        if service["price"]:
            assert prices[service["name"]] == f"${service['price']:,}"
        else:
            assert f"{service['name'].split(maxsplit=1)[1]} is free" in documents(client)


@each_client
def test_every_slot_leaves_time_for_the_shortest_service(client: dict[str, Any]) -> None:
    shortest = min(service["minutes"] for service in client["services"])
    for day, starts in client["slots"].items():
        hours = client["business_hours"][day]

        assert starts == sorted(starts)
        assert minutes(hours["opens"]) <= minutes(starts[0])
        assert minutes(starts[-1]) + shortest <= minutes(hours["closes"])


@each_client
def test_greetings_name_the_client_and_say_that_nobody_human_is_speaking(
    client: dict[str, Any],
) -> None:
    for greeting in client["agent"]["greetings"].values():
        assert client["name"] in greeting
        assert "virtual assistant" in greeting
        assert "may be recorded" in greeting
