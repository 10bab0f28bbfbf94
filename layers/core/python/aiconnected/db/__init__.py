"""The database as the product sees it: a unit of work within a scope, and named queries.

SQL = Queries.beside(__file__)

with database.work(Scope(agency_id=agency, tenant_id=tenant, actor=user)) as work:
    call = work.row(SQL["call_by_id"], Call, tenant_id=tenant, call_id=call_id)
"""

from aiconnected.db.database import Database
from aiconnected.db.errors import (
    DatabaseTimeout,
    DatabaseUnavailable,
    ForeignKeyViolation,
    UniqueViolation,
)
from aiconnected.db.queries import Queries, Query
from aiconnected.db.scope import Scope
from aiconnected.db.work import Work

__all__ = [
    "Database",
    "DatabaseTimeout",
    "DatabaseUnavailable",
    "ForeignKeyViolation",
    "Queries",
    "Query",
    "Scope",
    "UniqueViolation",
    "Work",
]
