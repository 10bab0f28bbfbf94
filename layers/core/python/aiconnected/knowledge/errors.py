"""Errors of knowledge.

NotFound
├── DocumentNotFound
└── KnowledgeBaseNotFound
Conflict
└── KnowledgeBaseNameTaken
RuleBroken
├── KnowledgeBaseNotEmpty
├── DocumentNotUploaded
└── DocumentNotText
Invalid
├── DocumentEmpty
├── DocumentTooLarge
└── UnsupportedDocument

DocumentUnreadable   why reading has failed: kept with the document, never answered
"""

from aiconnected.kit.errors import Conflict, ErrorCode, Invalid, NotFound, RuleBroken
from aiconnected.knowledge.models import FailureCode


class DocumentNotFound(NotFound):
    """There is no such document."""


class KnowledgeBaseNotFound(NotFound):
    """There is no such knowledge base."""


class KnowledgeBaseNameTaken(Conflict):
    """The client has a knowledge base of this name."""

    code = ErrorCode.RES_ALREADY_EXISTS


class KnowledgeBaseNotEmpty(RuleBroken):
    """There are documents in the knowledge base: delete those first."""

    code = ErrorCode.BIZ_DEPENDENCY_EXISTS


class DocumentNotUploaded(RuleBroken):
    """The document's file is not there, or not as long as was said."""

    code = ErrorCode.BIZ_INVALID_STATE


class DocumentNotText(RuleBroken):
    """Only a document that was given as text has text to change."""

    code = ErrorCode.BIZ_INVALID_STATE


class DocumentEmpty(Invalid):
    """The document says nothing."""

    code = ErrorCode.VAL_REQUIRED


class DocumentTooLarge(Invalid):
    """The document is too large."""

    code = ErrorCode.RES_TOO_LARGE


class UnsupportedDocument(Invalid):
    """Documents of this type cannot be read."""

    code = ErrorCode.RES_UNSUPPORTED_MEDIA_TYPE


class DocumentUnreadable(Exception):
    """A document cannot be read."""

    def __init__(self, code: FailureCode, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason
