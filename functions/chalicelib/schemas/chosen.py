"""A client's settings between the HTTP surface and the service."""

from dataclasses import asdict

from aiconnected.tenants.settings import TenantSettings, read_settings
from chalicelib.schemas.tenants import Settings


def settings_given(settings: Settings) -> TenantSettings:
    """As the service takes them."""
    return read_settings(
        settings.model_dump(exclude={"transfer": {"number"}}),
        transfer_number=settings.transfer.number,
    )


def settings_shown(settings: TenantSettings) -> Settings:
    """As they are shown."""
    return Settings.model_validate(asdict(settings))
