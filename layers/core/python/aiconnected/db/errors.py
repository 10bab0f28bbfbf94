"""What goes wrong at the database; a broken constraint stays psycopg's, its service knows why.

Unavailable
└── DatabaseUnavailable
    └── DatabaseTimeout
"""

import psycopg
from psycopg.errors import DataError, ForeignKeyViolation, IntegrityError, UniqueViolation

from aiconnected.kit.errors import ErrorCode, Unavailable

__all__ = [
    "DataError",
    "DatabaseTimeout",
    "DatabaseUnavailable",
    "ForeignKeyViolation",
    "IntegrityError",
    "UniqueViolation",
    "translated",
]


class DatabaseUnavailable(Unavailable):
    """The database does not answer at the moment."""


class DatabaseTimeout(DatabaseUnavailable):
    """A statement took longer than it may."""

    code = ErrorCode.SRV_TIMEOUT


def translated(error: psycopg.OperationalError) -> DatabaseUnavailable:
    """Our error for one that is neither the statement's fault nor the data's."""
    if isinstance(error, psycopg.errors.QueryCanceled):
        return DatabaseTimeout()
    return DatabaseUnavailable()
