"""The watchdog's judgement: when somebody must say something, whatever providers do. No I/O."""

from dataclasses import dataclass
from enum import StrEnum

from realtime.agent.settings import AgentSettings

_SPEECH = 0.5  # seconds of local voice activity that recognised words should follow
_HANGOVER = 0.25  # seconds by which voice activity outlasts speech: silence asked for, and its lag
_TALKS_ON = 5.0  # seconds since the last words for which voice activity counts as the caller's
_PAUSED = 3.0  # seconds for which our speech may be held back without a word of the caller's


class Step(StrEnum):
    """What is to be done now."""

    FILLER = "filler"
    APOLOGISE = "apologise"  # a filler was heard and still nothing came
    GO_ON = "go_on"  # our speech was paused for somebody who says nothing
    RECONNECT = "reconnect"  # the recogniser is silent about speech
    STILL_THERE = "still_there"
    GIVE_UP = "give_up"  # nobody there
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What the watch looks at. Times are monotonic."""

    now: float
    speaking: bool  # we are being heard
    last_heard: float  # when we last were
    last_message: float  # the recogniser's last sign of life
    paused_at: float | None = None  # since when our speech is held back


class Watch:
    """Told what happens, asked every 100 ms what to do."""

    def __init__(self, settings: AgentSettings, *, began: float, max_duration: float) -> None:
        self._settings = settings
        self._began, self._max_duration = began, max_duration
        self._owed: float | None = None  # end of the speech that waits for an answer
        self._filled = False
        self._caller_since: float | None = None  # voice activity now
        self._unheard: tuple[float, float] | None = None  # speech without words: began, ended
        self._last_words = 0.0
        self._caller_active = began
        self._asked = 0.0  # when we asked whether the caller is there
        self.held = False

    def caller_speaks(self, now: float) -> None:
        """Voice activity began."""
        if self._caller_since is None:
            self._caller_since = now
        self._caller_active, self._asked = now, 0.0

    def caller_silent(self, now: float) -> None:
        """Voice activity ended."""
        began, self._caller_since = self._caller_since, None
        self._caller_active = now
        if began is not None and now - began >= _SPEECH and self._last_words < began:
            self._unheard = (began, now - _HANGOVER)

    def words(self, now: float) -> None:
        """The recogniser gave words, whether they matter or not."""
        self._last_words, self._unheard, self._asked = now, None, 0.0
        self._caller_active = now

    def owes(self, since: float) -> None:
        """The caller's words, the last of which ended at `since`, want an answer."""
        self._owed = max(since, self._owed or 0.0)

    def settled(self) -> None:
        """An answer is heard, or none is owed any more."""
        self._owed, self._filled, self._unheard = None, False, None

    def step(self, scene: Scene) -> Step | None:
        """What to do now, each thing once."""
        if scene.now - self._began > self._max_duration:
            self._max_duration = float("inf")
            return Step.TOO_LONG
        if self.held:
            return None
        if self._is_deaf(scene):
            return Step.RECONNECT
        if scene.paused_at is not None and self._is_stuck(scene, scene.paused_at):
            return Step.GO_ON
        if scene.speaking:
            return None
        return self._answer_due(scene) if self._owed is not None else self._nobody(scene)

    def _is_deaf(self, scene: Scene) -> bool:
        if self._unheard is None:
            return False
        began, ended = self._unheard
        if scene.now - ended < self._settings.deaf_after:
            return False
        self._unheard = None
        if scene.last_message >= began:  # it lives, and found no words: a cough, a door
            return False
        self.owes(ended)
        return True

    def _is_stuck(self, scene: Scene, paused_at: float) -> bool:
        """livekit pauses for speech whose end may never be told; it resumes after 1.5 s itself."""
        return scene.now - max(paused_at, self._last_words) > _PAUSED

    def _answer_due(self, scene: Scene) -> Step | None:
        since = self._owed or scene.now
        waited = scene.now - since
        if self._caller_since is not None and scene.now - self._last_words < _TALKS_ON:
            return None
        if not self._filled and waited >= self._settings.watchdog_after:
            self._filled = True
            return Step.FILLER
        if self._filled and waited >= self._settings.apology_after:
            self.settled()
            return Step.APOLOGISE
        return None

    def _nobody(self, scene: Scene) -> Step | None:
        if self._caller_since is not None:
            return None
        quiet = scene.now - max(scene.last_heard, self._caller_active)
        if not self._asked and quiet >= self._settings.still_there_after:
            self._asked = scene.now
            return Step.STILL_THERE
        if self._asked and quiet >= self._settings.give_up_after:
            self._asked = 0.0
            self._caller_active = scene.now
            return Step.GIVE_UP
        return None
