"""What the commands tell a person who cannot go on.

CommandError (exit code 2)
├── StackNotRunning
├── StackFailed
├── BadAudio
├── BadNumber
├── BadDocument
├── UnknownTenant
├── SpeechUnavailable
├── RecordUnavailable
├── CallFailed
└── DemoFailed (exit code 1)
"""


class CommandError(Exception):
    """A command cannot do what it was asked; the message is for the person at the terminal."""

    exit_code = 2


class StackNotRunning(CommandError):
    """No stack answers where its description says it is."""


class StackFailed(CommandError):
    """The stack could not be brought up, or a service of it failed meanwhile."""


class BadAudio(CommandError):
    """A file is not a WAV this command can play."""


class BadNumber(CommandError):
    """Not a telephone number in international form."""


class BadDocument(CommandError):
    """A file cannot be taken in as a document."""


class UnknownTenant(CommandError):
    """The stack has no client of this name, or no login that may act for it."""


class SpeechUnavailable(CommandError):
    """No local voice speaks the text."""


class RecordUnavailable(CommandError):
    """The control plane does not give what was asked of it."""


class CallFailed(CommandError):
    """The call never reached an agent."""


class DemoFailed(CommandError):
    """The demo ran, and what it shows is not what it promises."""

    exit_code = 1
