"""What happens in a conversation, told by session, recogniser and voice: turns, marks, usage."""

from collections.abc import Callable
from functools import partial

from livekit.agents import ConversationItemAddedEvent, UserStateChangedEvent, llm, stt

from aiconnected.contracts.facts import Component, ProviderFailed
from aiconnected.kit.clock import Clock
from aiconnected.kit.errors import ProviderError
from realtime.agent.adapter.inner import current_speech
from realtime.agent.mouth import Mouth
from realtime.agent.ports import FactSink
from realtime.agent.retrieval import PROVIDER as EMBEDDER
from realtime.agent.speech.failures import VendorFailure
from realtime.agent.speech.heard import Heard
from realtime.agent.thinking import PROVIDER as MODEL_PROVIDER
from realtime.agent.thinking import ModelFailure
from realtime.agent.timeline import CallerTurn, Failure, Hearing, Reply
from realtime.agent.turns import TurnLog
from realtime.agent.usage import Usage
from realtime.agent.watch import Watch

_DEEPGRAM = "deepgram"
_OVERLAP = 0.3  # seconds into a line for which words still belong to what came before it
_EVERY = 5  # of the recogniser's failed attempts one in so many is written down, after the third


class Dialogue:
    """Collects; decides nothing but whom to tell.

    `escalate` is told of failures beyond repair, `on_answer` when speech of the session is heard;
    `drop_prepared` forgets a reply that failed before its turn was confirmed, so that the turn's
    end makes another; `go_on` speaks on after a pause.
    """

    def __init__(
        self,
        *,
        facts: FactSink,
        clock: Clock,
        mouth: Mouth,
        watch: Watch,
        turns: TurnLog,
    ) -> None:
        self._facts, self._clock, self._mouth = facts, clock, mouth
        self._watch, self._turns = watch, turns
        self.escalate: Callable[[Failure], None] = _ignore
        self.on_answer: Callable[[], None] = _nothing
        self.drop_prepared: Callable[[], None] = _nothing
        self.go_on: Callable[[], None] = _nothing
        self.usage = Usage(facts)
        self._hearing = Hearing()
        self._replies: dict[str, Reply] = {}
        self._turn: CallerTurn | None = None  # committed, its reply not yet known
        self._spoken: Reply | None = None  # the one that is being heard
        self._answered = False

    # -- asked by the receptionist's nodes ---------------------------------------------------

    @property
    def speaking(self) -> bool:
        """Whether the caller hears us."""
        return self._mouth.speaking

    @property
    def asked(self) -> bool:
        """Whether what the caller hears holds a question."""
        return self._spoken is not None and "?" in self._spoken.text

    def now(self) -> float:
        """Monotonic seconds."""
        return self._clock.monotonic()

    def reply(self, speech: str) -> Reply:
        """The reply that the speech `speech` is."""
        return self._replies.setdefault(speech, Reply())

    def expect(self, speech: str, reply: Reply) -> None:
        """A speech of ours is about to be made."""
        self._replies[speech] = reply

    # -- the caller --------------------------------------------------------------------------

    def on_words(self, heard: Heard) -> None:
        """The recogniser has words."""
        self._hearing.add(heard)
        self._watch.words(self.now())

    def on_caller_words(self, event: stt.SpeechEvent) -> None:
        """They matter: an answer is owed."""
        if (ended := self._hearing.ended) is not None and event.alternatives[0].text:
            self._watch.owes(ended)
            self._mouth.give_way(ended - _OVERLAP)

    def on_ignored_words(self, *, over: bool) -> None:
        """They are mere agreement; once they are `over`, what was held back for them goes on."""
        self._hearing.forget()
        if over and self._mouth.paused_at is not None:
            self.go_on()

    def on_user_state(self, event: UserStateChangedEvent) -> None:
        """Voice activity, local or the recogniser's."""
        if event.new_state == "speaking":
            self._watch.caller_speaks(self.now())
        else:
            self._watch.caller_silent(self.now())

    def on_turn(self, message: llm.ChatMessage) -> None:
        """The caller's turn is committed."""
        self._turn = self._hearing.commit(
            message.text_content or "", confidence=message.transcript_confidence, now=self.now()
        )

    # -- the conversation's items ------------------------------------------------------------

    def on_item(self, event: ConversationItemAddedEvent) -> None:
        """A turn has become history."""
        item = event.item
        if not isinstance(item, llm.ChatMessage):
            return
        speech = current_speech()
        reply = self.reply(speech.id if speech else "")
        if item.role == "user":
            self._caller_said(item, reply)
        elif item.role == "assistant":
            heard = item.text_content or ""
            self._turns.agent(reply, heard=heard, interrupted=item.interrupted)
            reply.next_step()
            self._answered = True
            self.usage.read()

    def _caller_said(self, item: llm.ChatMessage, reply: Reply) -> None:
        turn, self._turn = self._turn, None
        if turn is None:
            turn = self._hearing.commit(item.text_content or "", confidence=None, now=self.now())
        reply.turn, self._answered = turn, False
        self._turns.caller(turn)
        self._watch.owes(turn.origin)
        if reply.failed is not None:
            self.escalate(reply.failed)

    def on_speech_done(self, speech: str) -> None:
        """A speech is over; so is its bookkeeping."""
        reply = self._replies.pop(speech, None)
        if reply is None:
            return
        if reply is self._spoken:
            self._spoken = None
        if reply.sent:  # cut off before a whole word: no item of the session's, but it was heard
            self._turns.agent(reply, heard="", interrupted=True)

    def close(self) -> None:
        """The conversation is over: so is every speech that was under way."""
        for speech in tuple(self._replies):
            self.on_speech_done(speech)
        self.usage.read()

    def on_began(self, speech: str) -> None:
        """The first audio of a speech was handed to the leg."""
        reply = self._spoken = self.reply(speech)
        reply.sent = reply.sent or self.now()
        self._watch.settled()
        self.on_answer()

    def on_failed(self, reply: Reply) -> None:
        """A reply cannot be made; what it answers may not be confirmed yet."""
        if reply.failed is None:
            return
        if reply.turn is None and self._turn is None:
            self.failed(reply.failed, action="retried")
            self.drop_prepared()
        elif reply.turn is not None:
            self.escalate(reply.failed)

    def give_up_answer(self) -> None:
        """Nothing is owed any more: the caller is told so."""
        self._watch.settled()

    @property
    def answered(self) -> bool:
        """Whether we have said something since the caller's last turn."""
        return self._answered

    # -- lines of our own --------------------------------------------------------------------

    def on_line(self, reply: Reply, *, heard: str, interrupted: bool) -> None:
        """A line that the session knows nothing of was said."""
        self._turns.agent(reply, heard=heard, interrupted=interrupted)

    # -- providers ---------------------------------------------------------------------------

    def failed(self, failure: Failure, *, action: str) -> None:
        """Write down what failed and what was done about it."""
        self._facts.append(
            ProviderFailed(
                component=failure.component,
                provider=failure.provider,
                code=failure.code,
                retryable=failure.retryable,
                action=action,
            )
        )

    def on_tokens(self, model: str) -> Callable[[int, int], None]:
        """A counter of the model's input and output tokens."""

        def count(read: int, written: int) -> None:
            add = partial(self.usage.add, provider=MODEL_PROVIDER, model=model)
            add(Component.LLM_INPUT, read)
            add(Component.LLM_OUTPUT, written)

        return count

    def on_embedding(self, model: str) -> Callable[[int], None]:
        """A counter of embedded tokens."""
        return partial(self.usage.add, Component.EMBEDDING, provider=EMBEDDER, model=model)

    def on_model_retry(self, failure: ModelFailure) -> None:
        """The model is asked again."""
        self.failed(failure.failure, action="retried")

    def on_retrieval_failure(self, error: ProviderError) -> None:
        """The answer is made without passages."""
        failure = Failure(
            component=Component.EMBEDDING,
            provider=error.provider,
            code=error.error_code.value,
            retryable=error.retryable,
        )
        self.failed(failure, action="went_on_without")


class Ear:
    """`Listener` of the recogniser."""

    def __init__(self, dialogue: Dialogue, *, model: str) -> None:
        self._dialogue, self._model = dialogue, model

    def on_words(self, heard: Heard) -> None:
        self._dialogue.on_words(heard)

    def on_audio(self, seconds: float) -> None:
        self._dialogue.usage.add(Component.STT, seconds, provider=_DEEPGRAM, model=self._model)

    def on_failure(self, failure: VendorFailure, *, attempt: int) -> None:
        known = _of(Component.STT, failure)
        if not failure.retryable:
            self._dialogue.escalate(known)
        elif attempt <= 3 or attempt % _EVERY == 0:  # noqa: PLR2004 -- see `_EVERY`
            self._dialogue.failed(known, action="retried")


class Voice:
    """`SpeechListener` of the synthesiser; each call comes from the task of one reply."""

    def __init__(self, dialogue: Dialogue, *, model: str) -> None:
        self._dialogue, self._model = dialogue, model

    def on_characters(self, count: int) -> None:
        self._dialogue.usage.add(Component.TTS, count, provider=_DEEPGRAM, model=self._model)

    def on_clause(self, at: float) -> None:
        if (reply := self._reply()) is not None:
            reply.first_clause = reply.first_clause or at

    def on_audio(self, at: float) -> None:
        if (reply := self._reply()) is not None:
            reply.first_audio = reply.first_audio or at

    def on_failure(self, failure: VendorFailure, *, attempt: int) -> None:
        known = _of(Component.TTS, failure)
        if attempt:
            self._dialogue.failed(known, action="retried")
        elif (reply := self._reply()) is not None:
            reply.failed = known
            self._dialogue.on_failed(reply)

    def _reply(self) -> Reply | None:
        speech = current_speech()
        return self._dialogue.reply(speech.id) if speech is not None else None


def _of(component: Component, failure: VendorFailure) -> Failure:
    return Failure(
        component=component,
        provider=_DEEPGRAM,
        code=failure.code,
        retryable=failure.retryable,
    )


def _nothing() -> None:
    pass


def _ignore(_: Failure) -> None:
    pass
