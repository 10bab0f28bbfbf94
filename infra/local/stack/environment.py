"""The settings that the stack gives its services: the same names production sets."""

import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from infra.local.stack.layout import ROOT, Layout
from infra.local.stack.network import url

REGION = "us-east-1"
ACCOUNT_SID = "AC" + "0" * 31 + "1"
BUCKETS = {"RECORDINGS_BUCKET": "voice-recordings", "DOCUMENTS_BUCKET": "voice-documents"}
QUEUES = {
    "DOCUMENT_ADDED_QUEUE_URL": "voice-document-added",
    "CALL_ENDED_QUEUE_URL": "voice-call-ended",
    "MAIL_REQUESTED_QUEUE_URL": "voice-mail-requested",
    "WEBHOOKS_QUEUE_URL": "voice-webhooks",
    "EVENT_RECEIVED_QUEUE_URL": "voice-event-received",
}
SEALING_KEY = "alias/voice"
MAIL_FROM = "mail@voice.example"
JWT_SECRET = "voice/jwt-keys"  # noqa: S105 -- the name of a secret, not a secret
DATABASE = "voice"
# Where the dashboard's own development server answers (Vite's default port).
_PAGES = "http://localhost:5173,http://127.0.0.1:5173"
# Everybody comes from one address here, and the tests and measurements come often.
_UNHURRIED = {f"RATE_LIMIT_{name}": "1000000/minute" for name in ("USER", "KEY", "IP", "IP_STRICT")}
_INHERITED = ("PATH", "HOME", "LANG", "TMPDIR", "USER")


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What this stack keeps secret between its runs."""

    postgres: str
    app: str
    platform: str
    twilio: str
    jwt: str
    sealing: str

    @classmethod
    def load(cls, path: Path) -> "Secrets":
        """Read them; those that are missing are made."""
        kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        fresh = {name: secrets.token_hex(24) for name in cls.__slots__ if name not in kept}
        if fresh:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(json.dumps(kept | fresh))
        return cls(**kept, **fresh)


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Addresses and secrets of one stack."""

    layout: Layout
    ports: dict[str, int]
    secrets: Secrets
    settings: dict[str, str] = field(default_factory=dict[str, str])  # of the planes, before all

    def origin(self, name: str, *, scheme: str = "http") -> str:
        """URL of a service without a path."""
        return url(self.ports[name], scheme=scheme)

    def dsn(self, user: str) -> str:
        """Connection string of a login role."""
        password = getattr(self.secrets, user)
        return f"postgresql://{user}:{password}@127.0.0.1:{self.ports['postgres']}/{DATABASE}"

    def base(self) -> dict[str, str]:
        """What every Python child gets, and nothing of the operator's own settings."""
        inherited = {k: v for k in _INHERITED if (v := os.environ.get(k))}
        return inherited | {
            "PYTHONPATH": os.pathsep.join(
                (str(ROOT), str(ROOT / "layers/core/python"), str(ROOT / "functions"))
            ),
            "PYTHONUNBUFFERED": "1",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "AICONNECTED_MODEL_CACHE": str(self.layout.models),
        }

    def product(self) -> dict[str, str]:
        """Settings of both planes."""
        return (
            self.base()
            | BUCKETS
            | self.aws()
            | {name: self.queue_url(queue) for name, queue in QUEUES.items()}
            | {
                "STAGE": "local",
                "LOG_LEVEL": "INFO",
                "ALLOW_LOCAL_URLS": "true",
                "DATABASE_URL_APP": self.dsn("app"),
                "DATABASE_URL_PLATFORM": self.dsn("platform"),
                "REDIS_URL": f"redis://127.0.0.1:{self.ports['valkey']}/0",
                "JWT_KEYS_SECRET_ID": JWT_SECRET,
                "KMS_KEY_ID": SEALING_KEY,
                "MAIL_FROM": MAIL_FROM,
                "MAIL_SENDER_NAME": "Voice (local)",
                "PUBLIC_APP_URL": self.origin("api"),
                "CORS_ORIGINS": _PAGES,
                "PUBLIC_API_URL": self.origin("api"),
                "PUBLIC_REALTIME_WS_URL": self.origin("realtime", scheme="ws"),
                "DEEPGRAM_URL": self.origin("deepgram"),
                "DEEPGRAM_WS_URL": self.origin("deepgram", scheme="ws"),
                "DEEPGRAM_API_KEY": "local-deepgram",
                "ANTHROPIC_URL": self.origin("anthropic"),
                "ANTHROPIC_API_KEY": "local-anthropic",
                "OPENAI_URL": self.origin("openai") + "/v1",
                "OPENAI_API_KEY": "local-openai",
                "TWILIO_URL": self.origin("twilio"),
                "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
                "TWILIO_AUTH_TOKEN": self.secrets.twilio,
                "STRIPE_WEBHOOK_SECRETS": "whsec_local",
            }
            | _UNHURRIED
            | self.settings
        )

    def aws(self) -> dict[str, str]:
        """LocalStack in boto's own variables."""
        return {
            "AWS_ENDPOINT_URL": self.origin("localstack"),
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",  # LocalStack's fixed pair
        }

    def queue_url(self, queue: str) -> str:
        """LocalStack's address of a queue."""
        # SQS_ENDPOINT_STRATEGY=path: the default form is a host name, which would need DNS.
        return f"{self.origin('localstack')}/queue/{REGION}/000000000000/{queue}"

    def realtime(self) -> dict[str, str]:
        """The call plane's own settings."""
        data = self.layout.data
        return (
            self.product()
            | {
                "REALTIME_HOST": "127.0.0.1",
                "REALTIME_PORT": str(self.ports["realtime"]),
                "SPOOL_DIR": str(data / "spool"),
                "RECORDING_DIR": str(data / "recordings"),
                "LINES_DIR": str(self.layout.lines),
                "DRAIN_SECONDS": "5",
            }
            | self.settings
        )
