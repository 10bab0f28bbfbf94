"""The stack's services: how each is started and how one knows that it is ready."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from infra.local.stack.child import Child, python
from infra.local.stack.environment import ACCOUNT_SID, Environment
from infra.local.stack.layout import ROOT
from infra.local.stack.network import answers

VENDORS = ("twilio", "deepgram", "anthropic", "openai")
PLANES = ("api", "events", "realtime")


class Process(Protocol):
    """A supervised process."""

    @property
    def name(self) -> str: ...
    @property
    def pid(self) -> int | None: ...
    @property
    def started_at(self) -> float: ...
    def start(self) -> None: ...
    def alive(self) -> bool: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...
    def wait(self, seconds: float) -> bool: ...
    def last_words(self, lines: int = 5) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A child and its readiness probe; `seconds` is how long it may take to become ready."""

    child: Process
    ready: Callable[[], bool]
    seconds: float = 120.0  # a busy machine starts slowly

    @property
    def name(self) -> str:
        """What the operator calls it."""
        return self.child.name


class Services:
    """Builds the services of one stack."""

    def __init__(self, environment: Environment, *, instant: bool = False) -> None:
        self._env, self._instant = environment, instant

    def localstack(self) -> Service:
        """AWS, in an environment of its own (its pins contradict ours)."""
        folder = self._env.layout.home / "localstack"
        env = self._env.base() | {
            "FILESYSTEM_ROOT": str(folder),
            "OVERRIDE_IN_DOCKER": "0",  # it would take some virtual machines for a container
            "GATEWAY_LISTEN": f"127.0.0.1:{self._env.ports['localstack']}",
            "DNS_ADDRESS": "0",
            "SKIP_SSL_CERT_DOWNLOAD": "1",
            "DISABLE_EVENTS": "1",
            "SQS_ENDPOINT_STRATEGY": "path",
            "EAGER_SERVICE_LOADING": "0",
            "SERVICES": "s3,sqs,events,secretsmanager,ssm,kms,cloudwatch,logs,ses,sts,iam",
            "PYTHONPATH": "",
        }
        interpreter = str(ROOT / ".venv-localstack" / "bin" / "python")
        command = (interpreter, str(ROOT / "infra" / "local" / "localstack" / "run.py"))
        health = self._env.origin("localstack") + "/_localstack/health"
        return self._service("localstack", command, env, lambda: answers(health))

    def vendor(self, name: str) -> Service:
        """One vendor-compatible server."""
        arguments = ["--port", str(self._env.ports[name])]
        if name == "twilio":
            arguments += ["--account-sid", ACCOUNT_SID, "--auth-token", self._env.secrets.twilio]
            arguments += ["--speak-url", self._env.origin("deepgram", scheme="ws")]
            arguments += ["--speak-key", "local-carrier"]
        if self._instant and name in ("deepgram", "anthropic"):
            arguments.append("--instant")
        health = self._env.origin(name) + "/health"
        return self._service(
            name,
            python(f"infra.local.vendors.{name}", *arguments),
            self._env.base(),
            lambda: answers(health),
        )

    def api(self) -> Service:
        """The control plane behind a gateway as strict as API Gateway and Lambda."""
        health = self._env.origin("api") + "/health"
        command = python("infra.local.stack.gateway", "--port", str(self._env.ports["api"]))
        return self._service("api", command, self._env.product(), lambda: answers(health))

    def events(self) -> Service:
        """Queues and schedules, fed to the handlers that Lambda would call."""
        beat = self._env.layout.home / "events.beat"
        beat.unlink(missing_ok=True)
        command = python("infra.local.stack.events", "--beat", str(beat))
        return self._service("events", command, self._env.product(), beat.exists)

    def realtime(self) -> Service:
        """The call plane."""
        health = self._env.origin("realtime") + "/health"
        return self._service(
            "realtime", python("realtime.server"), self._env.realtime(), lambda: answers(health)
        )

    def _service(
        self,
        name: str,
        command: tuple[str, ...],
        env: Mapping[str, str],
        ready: Callable[[], bool],
    ) -> Service:
        log: Path = self._env.layout.logs / f"{name}.log"
        return Service(child=Child(name, command, env=env, log=log), ready=ready)
