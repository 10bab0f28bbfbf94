"""A tenant's settings between what is kept and what is shown."""

import pytest

from aiconnected.tenants.settings import (
    OutboundSettings,
    RecordingSettings,
    TenantSettings,
    TransferSettings,
    kept_settings,
    read_settings,
)

pytestmark = pytest.mark.unit

SETTINGS = TenantSettings(
    recording=RecordingSettings(enabled=False, consent="ask"),
    transfer=TransferSettings(number="+12125550143", ring_seconds=30),
    outbound=OutboundSettings(earliest="09:00", weekdays=(0, 4)),
)


def test_settings_come_back_as_they_were() -> None:
    kept = kept_settings(SETTINGS)

    assert read_settings(kept, transfer_number="+12125550143") == SETTINGS


def test_only_what_is_not_the_default_is_kept_and_the_number_in_its_column() -> None:
    assert kept_settings(SETTINGS) == {
        "recording": {"enabled": False, "consent": "ask"},
        "transfer": {"ring_seconds": 30},
        "outbound": {"earliest": "09:00", "weekdays": [0, 4]},
    }
    assert kept_settings(TenantSettings()) == {}


@pytest.mark.parametrize(
    "kept",
    [{}, {"recording": None}, {"recording": []}, {"later": {"a": 1}}, {"greeting": {"later": 1}}],
)
def test_what_another_version_kept_is_left_out(kept: dict[str, object]) -> None:
    assert read_settings(kept, transfer_number=None) == TenantSettings()
