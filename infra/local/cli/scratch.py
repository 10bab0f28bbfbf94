"""A client of a running stack that exists for one trial, and what a search in it finds."""

from typing import Any

from aiconnected.db import Database, Scope
from aiconnected.kit.errors import AppError
from aiconnected.knowledge.models import Passage
from aiconnected.knowledge.repository import KnowledgeRepository
from aiconnected.providers.openai import OpenAIEmbedder
from infra.local.cli.errors import StackNotRunning
from infra.local.cli.stack_file import Number, Stack, User
from infra.local.seed.trial import Trial, add_trial
from infra.local.stack.carrier import CarrierAccount

_PASSAGES = 3
_KEY = "local-telephone"


class ScratchClient:
    """Made when built, with its number connected; `stack` is the stack with it in.

    Raises StackNotRunning when the stack's database or carrier does not answer. Close it.
    """

    def __init__(self, stack: Stack) -> None:
        # The schema's owner plays both logins: it makes a client as the platform would.
        self._database = Database.single(stack.database_url, stack.database_url)
        self._trial = _made(self._database, stack)
        login = self._trial.login
        self.number = self._trial.number
        self.user = User.model_validate(login, from_attributes=True)
        number = Number(number=self.number, tenant=login.tenant or "")
        self.stack = stack.model_copy(
            update={"users": (*stack.users, self.user), "numbers": (*stack.numbers, number)}
        )
        self._embedder = OpenAIEmbedder(api_key=_KEY, base_url=f"{stack.vendor('openai')}/v1")

    def passages(self, question: str) -> list[dict[str, Any]]:
        """What the agent's own search finds for these words, best first."""
        try:
            made = self._embedder.embed([question], tag="try")
            found = self._search(question, made.vectors[0])
        except AppError as exc:
            raise StackNotRunning(f"the search failed: {exc.message}") from exc
        return [{"heading": p.heading, "text": p.text, "score": p.score} for p in found]

    def close(self) -> None:
        """Let go of the connections; the client stays."""
        self._embedder.close()
        self._database.close()

    def _search(self, question: str, vector: tuple[float, ...]) -> list[Passage]:
        trial = self._trial
        scope = Scope(agency_id=trial.agency_id, tenant_id=trial.tenant_id)
        with self._database.work(scope) as work:
            return KnowledgeRepository().search(
                work,
                trial.tenant_id,
                text=question,
                vector=vector,
                limit=_PASSAGES,
                base_ids=None,
            )


def _made(database: Database, stack: Stack) -> Trial:
    account = CarrierAccount(
        origin=stack.vendor("twilio"),
        account_sid=stack.twilio.account_sid,
        auth_token=stack.twilio.auth_token,
    )
    try:
        trial = add_trial(database)
        account.connect(trial.number, api_url=stack.api_url)
    except (AppError, LookupError, OSError) as exc:
        raise StackNotRunning(f"no client can be made here: {exc}") from exc
    return trial
