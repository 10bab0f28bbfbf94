"""Errors of knowledge.

NotFound
├── DocumentNotFound
└── KnowledgeBaseNotFound
Invalid
├── DocumentEmpty
├── DocumentTooLarge
└── UnsupportedDocument
"""

from aiconnected.kit.errors import ErrorCode, Invalid, NotFound


class DocumentNotFound(NotFound):
    """There is no such document."""


class KnowledgeBaseNotFound(NotFound):
    """There is no such knowledge base."""


class DocumentEmpty(Invalid):
    """The document says nothing."""

    code = ErrorCode.VAL_REQUIRED


class DocumentTooLarge(Invalid):
    """The document is too large."""

    code = ErrorCode.RES_TOO_LARGE


class UnsupportedDocument(Invalid):
    """Documents of this type cannot be read."""

    code = ErrorCode.RES_UNSUPPORTED_MEDIA_TYPE
