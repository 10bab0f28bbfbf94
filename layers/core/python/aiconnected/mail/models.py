"""Values of mails."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """Under whose name a mail leaves (T2): no agency's client reads the platform's."""

    name: str
    reply_to: str | None = None
    origin: str = ""  # of the pages that links lead to: https://HOST


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a mail says, before it has a shape. `path` is where its one link leads."""

    subject: str
    paragraphs: tuple[str, ...]
    action: str = ""  # what the link is called
    path: str = field(default="", repr=False)  # may hold a secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail as it is handed over."""

    to: str
    sender_name: str
    reply_to: str | None
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)
