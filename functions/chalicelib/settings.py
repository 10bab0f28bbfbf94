"""Settings of the control plane, read from the environment once, in `app.py`."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, SecretStr, model_validator

from aiconnected.kit.limits import limits_of
from aiconnected.wiring.settings import check_local_urls


def _limits(text: str) -> str:
    limits_of(text)
    return text


Limits = Annotated[str, AfterValidator(_limits)]


class Settings(BaseModel):
    """One field an environment variable of the same name in capitals (see `.env.example`)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    stage: Literal["local", "dev", "staging", "prod"] = "local"
    log_level: str = "INFO"
    allow_local_urls: bool = False  # of tenants: webhooks and pages on this very host

    database_url_app: SecretStr
    database_url_platform: SecretStr
    redis_url: SecretStr
    recordings_bucket: str
    documents_bucket: str
    document_added_queue_url: str
    call_ended_queue_url: str
    mail_requested_queue_url: str
    webhooks_queue_url: str
    event_received_queue_url: str
    jwt_keys_secret_id: str
    kms_key_id: str

    public_api_url: str
    public_realtime_ws_url: str
    public_app_url: str
    mail_from: str
    mail_sender_name: str = "Voice"

    openai_url: str = "https://api.openai.com/v1"
    openai_api_key: SecretStr
    twilio_url: str = "https://api.twilio.com"
    twilio_account_sid: str
    twilio_auth_token: SecretStr
    stripe_webhook_secrets: SecretStr = SecretStr("")

    cors_origins: str = ""
    rate_limit_user: Limits = "600/minute,20000/hour,200000/day"
    rate_limit_key: Limits = "1200/minute,40000/hour,400000/day"
    rate_limit_ip: Limits = "300/minute,6000/hour,50000/day"
    rate_limit_ip_strict: Limits = "20/minute,100/hour,500/day"

    @model_validator(mode="after")
    def _only_locally(self) -> Self:
        check_local_urls(stage=self.stage, allowed=self.allow_local_urls)
        return self

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Self:
        """The settings of `environment`; raises `ValidationError` naming what is missing."""
        values = {name: environment.get(name.upper()) for name in cls.model_fields}
        return cls.model_validate({name: value for name, value in values.items() if value})
