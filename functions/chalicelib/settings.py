"""Settings of the control plane, read from the environment once, in `app.py`."""

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, SecretStr


class Settings(BaseModel):
    """One field an environment variable of the same name in capitals (see `.env.example`)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    stage: Literal["local", "dev", "staging", "prod"] = "local"
    log_level: str = "INFO"

    database_url_app: SecretStr
    database_url_platform: SecretStr
    redis_url: SecretStr
    recordings_bucket: str
    document_added_queue_url: str
    call_ended_queue_url: str
    jwt_keys_secret_id: str

    public_api_url: str
    public_realtime_ws_url: str

    openai_url: str = "https://api.openai.com/v1"
    openai_api_key: SecretStr
    twilio_auth_token: SecretStr

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Self:
        """The settings of `environment`; raises `ValidationError` naming what is missing."""
        values = {name: environment.get(name.upper()) for name in cls.model_fields}
        return cls.model_validate({name: value for name, value in values.items() if value})
